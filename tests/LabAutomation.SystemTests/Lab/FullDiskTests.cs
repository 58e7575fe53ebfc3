using System.Globalization;
using System.Text.RegularExpressions;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Remote;
using LabAutomation.Benchmarks.House;
using LabAutomation.Tests.Protocol.Bus;

namespace LabAutomation.SystemTests.Lab;

[Trait("Length", "long")]
[Trait("Faults", "real")]
public sealed partial class FullDiskTests
{
    /// <summary>2 disks by default; LONG_FULL_DISKS asks for more, between the smallest that a campaign can begin on and the largest that it fills.</summary>
    private static readonly int Disks = int.TryParse(Environment.GetEnvironmentVariable("LONG_FULL_DISKS"), out var disks) ? Math.Max(disks, 2) : 2;

    private static readonly int Fills = Math.Max(2, Disks / 5);

    public static TheoryData<string> Sizes => [.. Enumerable.Range(0, Disks).Select(disk => string.Create(CultureInfo.InvariantCulture, $"{1000 + (500 * disk / (Disks - 1))}k"))];

    [SkippableTheory]
    [MemberData(nameof(Sizes))]
    public async Task When_the_disk_is_full_it_stops_says_so_and_goes_on_without_loss_once_there_is_room(string size)
    {
        using var folder = new TemporaryFolder();
        using var disk = Mount(folder.At("disk"), size);

        // The devices' list of effects is the witness, and must not be short of room itself.
        Directory.CreateSymbolicLink(Path.Combine(disk.Path, "devices"), Directory.CreateDirectory(folder.At("devices")).FullName);

        var full = await LabProcess.RunAsync(folder.Path, "run", LabProcess.ColourMatch, "--data", disk.Path, "--planner", "random", "--trials", "40");
        BadInputTests.Refused(full, 9, "disk is full");
        var before = (await LabProcess.RunAsync(folder.Path, "export", "--data", disk.Path)).Out.Split('\n');

        disk.Grow("64m");
        (await LabProcess.RunAsync(folder.Path, "verify", "--data", disk.Path)).ExitCode.Should().Be(0);
        var resumed = await LabProcess.RunAsync(folder.Path, "resume", "--data", disk.Path);
        if (resumed.ExitCode == 5)
        {
            // A stirrer that was made safe in mid-stir does not know how long it stirred; a person has looked.
            var action = UnknownAction().Match(resumed.Out).Groups[1].Value;
            var told = await LabProcess.RunAsync(folder.Path, "reconcile", action, "--finding", "happened", "--by", "M. Curie", "--why", "it is mixed", "--data", disk.Path);
            told.ExitCode.Should().Be(0, resumed.Out + told.Error);
            resumed = await LabProcess.RunAsync(folder.Path, "resume", "--data", disk.Path);
        }

        resumed.ExitCode.Should().BeOneOf([0, 7], resumed.Out + resumed.Error);
        var after = (await LabProcess.RunAsync(folder.Path, "export", "--data", disk.Path)).Out.Split('\n');
        after.Length.Should().BeGreaterThan(before.Length);
        var effects = EffectCount.OfDevices(disk.Path);
        var trials = after.Length - 2;
        effects["acquisition"].Should().Be(trials, "each trial is measured once, the one that was cut off too");
        effects["drain"].Should().Be(trials);
        FaultTable.Tell(4, "full disks of a lab", 1);
    }

    [SkippableFact]
    public async Task A_driver_s_program_takes_nothing_while_its_disk_is_full_and_goes_on_without_a_restart()
    {
        await using var stage = await DriveStage.OpenAsync();
        using var disk = Mount(stage.Folder.At("disk"), "2m");
        await using var agents = await stage.ConnectAsync("agents", "agents");
        var replies = await Mailbox.OpenAsync(agents, Topics.Replies("agents"));
        var events = await Mailbox.OpenAsync(agents, $"lab/1/{stage.Broker.Site}/pump-cyan/event");
        var results = await Mailbox.OpenAsync(agents, $"lab/1/{stage.Broker.Site}/pump-cyan/exec/+/result");
        using var drive = stage.Drive(data: "disk/data");
        await drive.UntilItSaysAsync("online: pump-cyan");

        for (var fill = 0; fill < Fills; fill++)
        {
            disk.Fill();
            await agents.PublishAsync(stage.Dispense(ActionId.Derive("full", fill, "dose", 0, 1), "agents", rate: 20), CancellationToken.None).Soon();
            EventFrame told;
            do told = FrameCodec.Decode<EventFrame>((await events.NextAsync()).Payload);
            while (told.Kind != "journal");
            told.Message.Should().StartWith("the disk that holds the journal").And.Contain("is full");

            disk.Free();
            await agents.PublishAsync(stage.Dispense(ActionId.Derive("full", fill, "dose", 0, 1), "agents", rate: 20), CancellationToken.None).Soon();
            FrameCodec.Decode<ReplyFrame>((await replies.NextAsync()).Payload).Status.Should().Be(ActionStatus.Accepted, "it is the first answer");
            FrameCodec.Decode<ResultFrame>((await results.NextAsync()).Payload).Status.Should().Be(ActionStatus.Succeeded);
        }

        FaultTable.Tell(4, "full disks of a driver's program", Fills);
        stage.DispensedFrom("disk/data").Should().HaveCount(Fills, "what had no answer was not done");
        drive.HasEnded.Should().BeFalse();
    }

    [GeneratedRegex(@"nobody knows whether .+ \(action ([0-9a-f-]+)\)")]
    private static partial Regex UnknownAction();

    private static SmallDisk Mount(string path, string size)
    {
        var disk = SmallDisk.TryMount(path, size);
        if (disk is null && Environment.GetEnvironmentVariable("CI") == "true" && Environment.UserName == "root") throw new InvalidOperationException("root cannot mount a tmpfs here");
        Skip.If(disk is null, "mounting a small file system needs root on Linux");
        return disk!;
    }
}
