using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Tests.Instruments.Hosts;

namespace LabAutomation.Tests.Agents.Bench;

/// <summary>A command that a driver's full disk did not take: nothing is said of it, and a copy is carried out by a program that starts later.</summary>
public sealed class UnrecordedCommandTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("unrecorded").FullName;
    private readonly TeaMaker _device = new();
    private TeaBench _bench = null!;

    [Fact]
    public async Task It_is_done_once_after_the_next_start_and_has_not_failed_before()
    {
        var isFull = false;
        using var journal = Journal();
        await using var first = await DriveAsync(journal);
        while (!(await _bench.ViewsAsync()).Any(view => view.State == UnitState.Idle)) await Settled.SoonAsync();
        journal.Store.Boundary = isAfter =>
        {
            if (isFull && !isAfter) throw new JournalException("the disk is full");
        };
        isFull = true;
        var asked = _bench.PerformAsync();
        await Settled.UntilAsync(() =>
        {
            _bench.Clock.Advance(TeaBench.Patience);
            return _bench.Sent > 1;
        });
        isFull = false;
        await first.DisposeAsync();
        using var again = Journal();
        await using var second = await DriveAsync(again);

        var ended = (await asked).Ended;
        (ended.Result.Status, ended.Repetition, _device.Pours).Should().Be((ActionStatus.Succeeded, null, 1));
    }

    public async Task InitializeAsync() => _bench = await TeaBench.OpenAsync();

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Journal Journal() => new(Path.Combine(_folder, "journal.db"));

    private async Task<DriverHost> DriveAsync(Journal journal)
    {
        var host = new DriverHost(new HostedInstrument("site", "tea", Simulated: true), new TeaMakerDriver(_device), journal, will => _bench.Broker.CreateBus("host", will), _bench.Clock);
        await host.StartAsync(CancellationToken.None);
        return host;
    }
}
