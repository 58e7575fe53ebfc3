using System.Globalization;

namespace LabAutomation.SystemTests.Lab;

[Trait("Length", "long")]
[Trait("Faults", "real")]
public sealed class FullDiskTests
{
    /// <summary>2 disks by default; LAB_FULL_DISKS asks for more, between the smallest that a campaign can begin on and the largest that it fills.</summary>
    private static readonly int Disks = int.TryParse(Environment.GetEnvironmentVariable("LAB_FULL_DISKS"), out var disks) ? Math.Max(disks, 2) : 2;

    public static TheoryData<string> Sizes => [.. Enumerable.Range(0, Disks).Select(disk => string.Create(CultureInfo.InvariantCulture, $"{1000 + (500 * disk / (Disks - 1))}k"))];

    [SkippableTheory]
    [MemberData(nameof(Sizes))]
    public async Task When_the_disk_is_full_it_stops_says_so_and_goes_on_without_loss_once_there_is_room(string size)
    {
        using var folder = new TemporaryFolder();
        using var disk = SmallDisk.TryMount(folder.At("disk"), size);
        if (disk is null && Environment.GetEnvironmentVariable("CI") == "true" && Environment.UserName == "root") throw new InvalidOperationException("root cannot mount a tmpfs here");
        Skip.If(disk is null, "mounting a small file system needs root on Linux");

        var full = await LabProcess.RunAsync(folder.Path, "run", LabProcess.ColourMatch, "--data", disk!.Path, "--planner", "random", "--trials", "40");
        BadInputTests.Refused(full, 9, "disk is full");
        var before = (await LabProcess.RunAsync(folder.Path, "export", "--data", disk.Path)).Out.Split('\n');

        disk.Grow("64m");
        (await LabProcess.RunAsync(folder.Path, "verify", "--data", disk.Path)).ExitCode.Should().Be(0);
        var resumed = await LabProcess.RunAsync(folder.Path, "resume", "--data", disk.Path);

        resumed.ExitCode.Should().BeOneOf([0, 7], resumed.Out + resumed.Error);
        var after = (await LabProcess.RunAsync(folder.Path, "export", "--data", disk.Path)).Out.Split('\n');
        after.Length.Should().BeGreaterThan(before.Length);
        var effects = EffectCount.OfDevices(disk.Path);
        var trials = after.Length - 2;
        effects["acquisition"].Should().Be(trials, "each trial is measured once, the one that was cut off too");
        effects["drain"].Should().Be(trials);
    }
}
