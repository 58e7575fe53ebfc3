using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using LabAutomation.Tests.Protocol.Bus;

namespace LabAutomation.SystemTests.Remote;

/// <summary>An envelope in the file of <c>lab drive</c>.</summary>
public sealed class DriveLimitTests
{
    [Fact]
    public async Task The_driver_beside_the_instrument_tells_its_limits_and_keeps_them()
    {
        await using var stage = await DriveStage.OpenAsync();
        await using var agents = await stage.ConnectAsync("agents", "agents");
        var births = await Mailbox.OpenAsync(agents, stage.Topics.Birth);
        var replies = await Mailbox.OpenAsync(agents, $"{Topics.Replies("agents")}/#");
        using var drive = stage.Drive(limits: ["dispense.volume <= 0.3 mL"]);
        await drive.UntilItSaysAsync("online: pump-cyan");

        var birth = FrameCodec.Decode<Birth>((await births.NextAsync()).Payload);
        await agents.PublishAsync(stage.Dispense(ActionId.Derive("limits", 1, "dose", 0, 1), "agents"), CancellationToken.None).Soon();
        var reply = FrameCodec.Decode<ReplyFrame>((await replies.NextAsync()).Payload);

        birth.Commands.Single(command => command.Name == "dispense").Parameters.Single(parameter => parameter.Name == "volume").High.Should().Be(0.3);
        birth.Commands.Single(command => command.Name == "withdraw").Parameters.Single(parameter => parameter.Name == "volume").High.Should().BeGreaterThan(0.3);
        (reply.Status, reply.Cause).Should().Be((ActionStatus.Failed, CauseCode.OutOfRange));
        stage.Dispensed.Should().BeEmpty();
    }

    [Fact]
    public async Task A_forbidden_combination_is_listed_with_the_instrument()
    {
        using var folder = new TemporaryFolder();

        var listed = await LabProcess.RunAsync(folder.Path, "instruments", "stirrer", "--set", "Instruments:5:Limits:0=stir.duration <= 10 s where stir.speed >= 600 rpm");

        listed.Out.Should().Contain("\n  limit: stir.duration <= 10 s where stir.speed >= 600 rpm\n", listed.Error);
    }

    [Fact]
    public async Task A_limit_that_cannot_be_kept_ends_the_program_before_it_connects()
    {
        await using var stage = await DriveStage.OpenAsync();
        using var drive = stage.Drive(limits: ["dispense.volume <= 0.3 mL", "dispense.volum <= 1 mL"]);

        BadInputTests.Refused(await drive.EndAsync(), 4, "instrument 'pump-cyan': Limits:1: 'dispense.volum <= 1 mL': dispense has no parameter 'volum'; it has volume, rate");
    }
}
