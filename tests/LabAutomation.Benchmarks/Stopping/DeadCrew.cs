using LabAutomation.Protocol;

namespace LabAutomation.Benchmarks.Stopping;

/// <param name="Silent">Devices that fell silent in mid-exchange, while they ran.</param>
/// <param name="Cut">Hosts that are gone with their links, without a farewell, while their devices run on.</param>
/// <param name="Hung">Drivers that hang in an action.</param>
internal sealed record Deaths(int Silent, int Cut, int Hung)
{
    /// <summary>Of each crew.</summary>
    public static readonly Deaths All = new(2, 1, 2);

    public int Count => Silent + Cut + Hung;
}

/// <summary>The instruments that are to be dead in one round. Each is new, and runs like the living until it dies.</summary>
/// <param name="make">Makes a pump of a name, on a way of its own where it has one, with a driver that hangs or not.</param>
internal sealed class DeadCrew(int round, LinkRelay ownWay, Func<string, LinkRelay?, bool, StopPump> make) : IAsyncDisposable
{
    private readonly StopPump[] _silent = [.. Enumerable.Range(1, Deaths.All.Silent).Select(n => make($"silent-{round}-{n}", null, false))];
    private readonly StopPump _cut = make($"cut-{round}", ownWay, false);
    private readonly StopPump[] _hung = [.. Enumerable.Range(1, Deaths.All.Hung).Select(n => make($"hung-{round}-{n}", null, true))];

    private Task _halting = Task.CompletedTask;

    public string CutOff => _cut.Name;

    public IEnumerable<StopPump> Runners => [.. _silent, _cut];

    public IEnumerable<StopPump> Hangers => _hung;

    public Task StartAsync() => Task.WhenAll(Runners.Concat(_hung).Select(pump => pump.StartAsync()));

    /// <returns>What is dead by now, in the way that it should be.</returns>
    public Deaths Die()
    {
        var silent = 0;
        foreach (var pump in _silent)
        {
            if (Runs(pump)) silent++;
            pump.Faults.Silent = true;
        }

        var cut = Runs(_cut) ? 1 : 0;
        ownWay.Cut();
        _halting = _cut.HaltAsync();
        return new Deaths(silent, cut, _hung.Count(pump => pump.Hangs));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pump in _silent) pump.Faults.Silent = false;
        await _halting;
        foreach (var pump in Runners.Concat(_hung)) await pump.DisposeAsync();
        await ownWay.DisposeAsync();
    }

    private static bool Runs(StopPump pump) => pump.State == UnitState.Execute && pump.Moves;
}
