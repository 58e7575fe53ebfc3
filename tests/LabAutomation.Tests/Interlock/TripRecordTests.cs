using LabAutomation.Interlock;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Interlock;

public sealed class TripRecordTests : IDisposable
{
    private static readonly TripFrame Trip = new(true, "smoke", "Ada", new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private readonly string _folder = Directory.CreateTempSubdirectory("record").FullName;

    [Fact]
    public void The_folder_is_written_to_disk_when_the_new_file_stands_under_its_name()
    {
        var path = Path.Combine(_folder, "state.json");
        new TripRecord(path).Write(Trip with { Tripped = false });
        var synced = new List<(string Folder, TripFrame? Standing)>();

        new TripRecord(path, folder => synced.Add((folder, new TripRecord(path).Read(default)))).Write(Trip);

        synced.Should().Equal((_folder, Trip));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_disk_is_an_error_that_names_it()
    {
        if (OperatingSystem.IsWindows()) return;
        var gone = Path.Combine(_folder, "gone");

        FluentActions.Invoking(() => FolderSync.Sync(gone)).Should().Throw<IOException>().WithMessage($"the folder '{gone}' cannot be written to disk: No such file or directory");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
