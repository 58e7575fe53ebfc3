using LabAutomation.Agents.Campaigns;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Tests.Instruments.Hosts;

namespace LabAutomation.Tests.Agents.Bench;

/// <summary>A refusal that the driver's full disk did not take: it ends with the driver's program, and another copy of the command may run then.</summary>
public sealed class UnrecordedRefusalTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("unrecorded").FullName;
    private readonly TeaMaker _device = new();
    private TeaBench _bench = null!;

    [Fact]
    public async Task What_a_driver_that_has_started_again_carries_out_has_not_failed()
    {
        var isFull = false;
        var severed = new TaskCompletionSource();
        using var journal = Journal();
        await using var first = await DriveAsync(journal);
        while (!(await _bench.ViewsAsync()).Any(view => view.State == UnitState.Idle)) await Settled.SoonAsync();
        journal.Store.Boundary = isAfter =>
        {
            if (isFull && !isAfter) throw new JournalException("the disk is full");
        };
        _bench.Broker.Arriving += message =>
        {
            // The answer is at the broker, and the lab's link is broken.
            if (!message.Topic.StartsWith(Topics.Replies("agents"), StringComparison.Ordinal) || severed.Task.IsCompleted) return;
            _bench.Broker.Sever("agents");
            severed.SetResult();
        };

        isFull = true;
        var asked = _bench.PerformAsync();
        await severed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await Settled.UntilAsync(() =>
        {
            _bench.Clock.Advance(TeaBench.Patience);
            return _bench.Sent > 1;
        });
        isFull = false;
        await first.DisposeAsync();
        using var again = Journal();
        await using var second = await DriveAsync(again);
        _bench.Broker.Mend("agents");

        var ended = (await asked).Ended;
        (ended.Result.Status, ended.Repetition, _device.Pours).Should().Be((ActionStatus.Succeeded, null, 1));
    }

    [Fact]
    public async Task One_that_was_sent_once_is_final_at_once()
    {
        await _bench.SayAsync(TeaBench.Birth(1, 0));
        var asked = _bench.PerformAsync();
        await _bench.Commands.NextAsync();
        await _bench.CaughtUpAsync();

        await _bench.SayAsync(Refusal());

        var ended = (await asked).Ended;
        (ended.Result.Status, ended.Repetition).Should().Be((ActionStatus.Failed, Repetition.DidNothing));
    }

    [Fact]
    public async Task Of_several_copies_one_that_was_sent_after_the_others_says_so()
    {
        await _bench.SayAsync(TeaBench.Birth(1, 0));
        var asked = _bench.PerformAsync();
        await _bench.LosePatienceAsync();
        _bench.Sent.Should().Be(2);

        await _bench.SayAsync(Refusal(), Refusal());
        asked.IsCompleted.Should().BeFalse("a third might be carried out");
        await _bench.LosePatienceAsync();
        _bench.Sent.Should().Be(3);
        await _bench.SayAsync(Refusal());

        (await asked).Ended.Repetition.Should().Be(Repetition.DidNothing);
    }

    public async Task InitializeAsync() => _bench = await TeaBench.OpenAsync();

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private BusMessage Refusal() => BusMessage.Of($"{Topics.Replies("agents")}/tea", new ReplyFrame(_bench.Intent.Action, ActionStatus.Failed, CauseCode.HardwareFault, "the disk is full", TeaBench.At));

    private Journal Journal() => new(Path.Combine(_folder, "journal.db"));

    private async Task<DriverHost> DriveAsync(Journal journal)
    {
        var host = new DriverHost(new HostedInstrument("site", "tea", Simulated: true), new TeaMakerDriver(_device), journal, will => _bench.Broker.CreateBus("host", will), _bench.Clock);
        await host.StartAsync(CancellationToken.None);
        return host;
    }
}
