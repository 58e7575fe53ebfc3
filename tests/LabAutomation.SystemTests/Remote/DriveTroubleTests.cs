using System.Collections.Immutable;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using LabAutomation.Tests.Protocol.Bus;

namespace LabAutomation.SystemTests.Remote;

/// <summary>What <c>lab drive</c> says of a unit in trouble, and how a person gets it out of that.</summary>
[Trait("Length", "long")]
public sealed class DriveTroubleTests
{
    private const string Agents = "remote-agents";

    [Fact]
    public async Task A_unit_that_is_aborted_from_the_start_is_said_with_its_state_and_the_reason_in_one_line()
    {
        await using var stage = await DriveStage.OpenAsync();
        using var drive = stage.Drive(requiresInterlock: true);
        await drive.UntilItSaysAsync("online: pump-cyan");

        await DriveStage.UntilAsync(() => drive.Error.Contains("Aborted", StringComparison.Ordinal));
        drive.Interrupt();
        var result = await drive.EndAsync();

        Lines(result.Error).Should().ContainSingle().Which.Should().MatchRegex("^lab: pump-cyan: Aborted: .*heartbeat");
    }

    [Fact]
    public async Task A_trip_and_the_way_out_of_it_are_said()
    {
        await using var stage = await DriveStage.OpenAsync();
        using var drive = stage.Drive();
        await drive.UntilItSaysAsync("online: pump-cyan");

        (await stage.OperateAsync("stop", "--by", "Ada", "--why", "smoke")).ExitCode.Should().Be(0);
        Lines(drive.Error).Should().ContainSingle().Which.Should().Be("lab: pump-cyan: Aborted: the interlock was tripped by Ada: smoke");
        (await stage.OperateAsync("reset", "--by", "Ada", "--why", "a candle")).ExitCode.Should().Be(0);
        (await stage.OperateAsync("clear", "pump-cyan", "--by", "Ada", "--why", "it is out")).ExitCode.Should().Be(0);

        await drive.UntilItSaysAsync("pump-cyan: the unit takes commands again");
    }

    [Fact]
    public async Task A_driver_that_cannot_go_on_is_offline_and_its_neighbour_works_on_and_the_exit_code_tells()
    {
        await using var stage = await DriveStage.OpenAsync();
        await using var agents = await stage.ConnectAsync(Agents, "agents");
        using var drive = stage.Drive(balance: "balance");
        await drive.UntilItSaysAsync("online: pump-cyan, balance");

        await using var rival = await RivalAsync(stage);
        await DriveStage.UntilAsync(() => drive.Error.Contains("OFFLINE", StringComparison.Ordinal));

        Lines(drive.Error).Should().ContainSingle().Which.Should().StartWith("lab: pump-cyan: OFFLINE: its driver cannot go on: 'pump-cyan' is driven by another program");
        var balance = Topics.Of(stage.Broker.Site, "balance");
        var action = ActionId.Derive("beside", 1, "weigh", 0, 0);
        var results = await Mailbox.OpenAsync(agents, balance.Result(action));
        var weigh = new CommandMessage(action, "weigh", new CommandFrame(ImmutableSortedDictionary<string, Quantity>.Empty, DateTimeOffset.UtcNow.AddMinutes(5)), Topics.Replies(Agents), Agents, null, null);
        await agents.PublishAsync(weigh.ToBusMessage(balance, 300), CancellationToken.None).Soon();
        FrameCodec.Decode<ResultFrame>((await results.NextAsync()).Payload).Status.Should().Be(ActionStatus.Succeeded);
        drive.Interrupt();
        var end = await drive.EndAsync();
        (end.ExitCode, Lines(end.Error)[^1]).Should().Match<(int Code, string Last)>(it => it.Code == 10 && it.Last.StartsWith("lab: not every driver could go on: pump-cyan: "));
    }

    [Fact]
    public async Task The_last_driver_that_cannot_go_on_ends_the_program()
    {
        await using var stage = await DriveStage.OpenAsync();
        using var drive = stage.Drive();
        await drive.UntilItSaysAsync("online: pump-cyan");

        await using var rival = await RivalAsync(stage);

        (await drive.EndAsync()).ExitCode.Should().Be(10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_journal_that_is_taken_away_under_the_program_ends_it_with_the_device_safe(bool isCopiedBack)
    {
        await using var stage = await DriveStage.OpenAsync();
        await using var agents = await stage.ConnectAsync(Agents, "agents");
        var replies = await Mailbox.OpenAsync(agents, Topics.Replies(Agents));
        using var drive = stage.Drive(balance: "balance");
        await drive.UntilItSaysAsync("online: pump-cyan, balance");
        await agents.PublishAsync(stage.Dispense(ActionId.Derive("lost", 1, "dose", 0, 0), Agents, rate: 0.1), CancellationToken.None).Soon();
        FrameCodec.Decode<ReplyFrame>((await replies.NextAsync()).Payload).Status.Should().Be(ActionStatus.Accepted);
        await DriveStage.UntilAsync(() => stage.Dispensed.Count == 1);
        var journal = stage.Folder.At("data", "journal.db");
        File.Copy(journal, journal + ".bak");
        File.Delete(journal);
        if (isCopiedBack) File.Copy(journal + ".bak", journal);

        await agents.PublishAsync(stage.Dispense(ActionId.Derive("lost", 2, "dose", 0, 0), Agents), CancellationToken.None).Soon();

        var end = await drive.EndAsync();
        end.ExitCode.Should().Be(9, end.Error);
        Lines(end.Error)[^1].Should().StartWith($"lab: the journal {journal} was deleted, moved away or replaced while it was in use");
        Lines(end.Error).Should().Contain(line => line.StartsWith("lab: pump-cyan: Aborted: the journal "), "it was made safe first");
        stage.Dispensed.Should().HaveCount(1, "what no journal holds is not begun");
        replies.HasMail.Should().BeFalse("nor answered");
    }

    [Fact]
    public async Task An_unknown_outcome_of_a_foreign_command_is_said_reconciled_over_the_broker_and_told_to_whoever_asked()
    {
        await using var stage = await DriveStage.OpenAsync();
        await using var agents = await stage.ConnectAsync(Agents, "agents");
        var results = await Mailbox.OpenAsync(agents, $"lab/1/{stage.Broker.Site}/pump-cyan/exec/+/result");
        var action = ActionId.Derive("foreign", 1, "dose", 0, 1);
        using (var first = stage.Drive())
        {
            await first.UntilItSaysAsync("online: pump-cyan");
            await agents.PublishAsync(stage.Dispense(action, Agents), CancellationToken.None).Soon();
            await DriveStage.UntilAsync(() => stage.Dispensed.Count == 1);
            first.Kill();
        }

        using var second = stage.Drive(diameter: "20");
        await DriveStage.UntilAsync(() => second.Error.Contains("Aborted", StringComparison.Ordinal));

        Lines(second.Error)[0].Should().StartWith($"lab: pump-cyan: nobody knows what became of action {action}: ").And.Contain($"'lab reconcile {action} --instrument pump-cyan'");
        FrameCodec.Decode<ResultFrame>((await results.NextAsync()).Payload).Status.Should().Be(ActionStatus.UnknownOutcome);
        var other = ActionId.Derive("foreign", 2, "dose", 0, 1);
        var mistyped = await stage.OperateAsync("reconcile", other.ToString(), "--instrument", "pump-cyan", "--finding", "unknowable", "--by", "M. Curie", "--why", "nobody looked");
        (mistyped.ExitCode, mistyped.Out).Should().Be((12, ""));
        mistyped.Error.Should().StartWith($"lab: pump-cyan: the journal of this driver knows nothing of action {other}, and nothing was written");
        var reconciled = await ReconcileAsync();
        (reconciled.ExitCode, reconciled.Error).Should().Be((0, ""));
        reconciled.Out.Should().Contain($"action {action} is on its driver's record as happened").And.Contain("'lab clear pump-cyan'");
        var told = FrameCodec.Decode<ResultFrame>((await results.NextAsync()).Payload);
        (told.Status, told.Message).Should().Match<(ActionStatus Status, string Message)>(both => both.Status == ActionStatus.Succeeded && both.Message.Contains("M. Curie"));
        var again = await ReconcileAsync();
        (again.ExitCode, again.Error).Should().Match<(int Code, string Text)>(both => both.Code == 10 && both.Text.Contains("is not unknown here"));
        (await stage.OperateAsync("clear", "pump-cyan", "--by", "Ada", "--why", "it goes on")).ExitCode.Should().Be(0);
        await second.UntilItSaysAsync("pump-cyan: the unit takes commands again");
        stage.Dispensed.Should().ContainSingle("nothing is repeated");

        Task<LabResult> ReconcileAsync() =>
            stage.OperateAsync("reconcile", action.ToString(), "--instrument", "pump-cyan", "--finding", "happened", "--by", "M. Curie", "--why", "the flask is full");
    }

    /// <summary>Another driver of the pump, with a higher epoch than any.</summary>
    private static async Task<IAsyncDisposable> RivalAsync(DriveStage stage)
    {
        var bus = await stage.ConnectAsync("second-driver", "driver:pump-cyan");
        var birth = new Birth("1", "pump-cyan", "other", new InstrumentIdentity("a", "b", "c", "d"), true, long.MaxValue, SchemaHashes.Of([], []), [], [], 1, DateTimeOffset.UtcNow);
        await bus.PublishAsync(BusMessage.Retained(stage.Topics.Birth, birth), CancellationToken.None).Soon();
        await bus.PublishAsync(BusMessage.Retained(stage.Topics.Liveness, new Liveness(true, birth.Epoch)), CancellationToken.None).Soon();
        return bus;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
