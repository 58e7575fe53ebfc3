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
    public void The_folder_itself_is_forced_out_and_closed_again()
    {
        if (!OperatingSystem.IsLinux()) return;         // which shows what lies behind a descriptor
        var forced = new List<string?>();

        FolderSync.Sync(_folder, descriptor =>
        {
            forced.Add(new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget);
            return 0;
        });

        forced.Should().Equal(_folder);
        new DirectoryInfo("/proc/self/fd").GetFileSystemInfos().Select(open => open.LinkTarget).Should().NotContain(_folder);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(22, false)]
    public void A_disk_that_does_not_take_the_folder_is_an_error_unless_it_cannot_take_any(int error, bool isTold)
    {
        if (OperatingSystem.IsWindows()) return;
        var sync = () => FolderSync.Sync(_folder, _ =>
        {
            System.Runtime.InteropServices.Marshal.SetLastPInvokeError(error);
            return -1;
        });

        if (isTold) sync.Should().Throw<IOException>().WithMessage($"the folder '{_folder}' cannot be written to disk: *");
        else sync.Should().NotThrow();
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
