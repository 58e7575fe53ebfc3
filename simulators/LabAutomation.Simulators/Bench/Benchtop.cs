using LabAutomation.Simulators.Liquids;
using LabAutomation.Simulators.Pumps;
using LabAutomation.Simulators.Stirring;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Bench;

/// <summary>The world of the colour bench: its devices share one state and one cuvette.</summary>
internal sealed class Benchtop : World<BenchState>
{
    /// <summary>Names the state file.</summary>
    public const string Kind = "bench";

    public Benchtop(long seed, TimeProvider clock, string? directory, IReadOnlyDictionary<string, PumpRole> roles, bool writesAtEnd = false)
        : base(Kind, seed, clock, directory, writesAtEnd)
    {
        foreach (var name in roles.Keys) State.Pumps.TryAdd(name, new PumpState());
        Plumbing = new Plumbing(State, roles, time => State.Stirrer.Rotor.Revolutions(time), Record);
        Next = NextEnd;
    }

    public Plumbing Plumbing { get; }

    public CuvetteContents Contents => Plumbing.Contents(Now);

    private Happening? NextEnd()
    {
        var watchdog = State.Stirrer.WatchdogDue;
        if (Plumbing.NextEnd() is { } run && !(watchdog < run.At)) return new Happening(run.At, () => Plumbing.Finish(run.Name, Now));
        return watchdog is { } due ? new Happening(due, () => Watchdog.Bite(State.Stirrer, Now)) : null;
    }
}
