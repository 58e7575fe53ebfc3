using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>The functional unit of OPC UA LADS as the contract has it, written down here once more so that a host's own graph cannot vouch for itself.</summary>
internal static class UnitGraph
{
    private static readonly HashSet<(UnitState From, UnitState To)> Ways = [.. Build()];

    public static bool Allows(UnitState from, UnitState to) => Ways.Contains((from, to));

    public static IReadOnlyCollection<(UnitState From, UnitState To)> All => Ways;

    /// <summary>Reads <c>A --> B : Trigger</c> lines.</summary>
    public static HashSet<(UnitState From, UnitState To)> Parse(string mermaid)
    {
        var ways = new HashSet<(UnitState, UnitState)>();
        foreach (var line in mermaid.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var halves = line.Split(':')[0].Split("-->", StringSplitOptions.TrimEntries);
            if (halves.Length == 2 && Enum.TryParse<UnitState>(halves[0], out var from) && Enum.TryParse<UnitState>(halves[1], out var to)) ways.Add((from, to));
        }

        return ways;
    }

    private static IEnumerable<(UnitState From, UnitState To)> Build()
    {
        UnitState[][] chains =
        [
            [UnitState.Stopped, UnitState.Idle, UnitState.Starting, UnitState.Execute, UnitState.Completing, UnitState.Complete, UnitState.Resetting, UnitState.Idle],
            [UnitState.Execute, UnitState.Holding, UnitState.Held, UnitState.Unholding, UnitState.Execute],
            [UnitState.Stopping, UnitState.Stopped],
            [UnitState.Aborting, UnitState.Aborted, UnitState.Clearing, UnitState.Stopped],
        ];
        foreach (var chain in chains)
        {
            for (var i = 1; i < chain.Length; i++) yield return (chain[i - 1], chain[i]);
        }

        foreach (var state in Enum.GetValues<UnitState>())
        {
            if (state is >= UnitState.Idle and <= UnitState.Unholding) yield return (state, UnitState.Stopping);
            if (state is not (UnitState.Aborting or UnitState.Aborted)) yield return (state, UnitState.Aborting);
        }
    }
}
