using System.Collections.Immutable;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Lab.Reports;

/// <summary>What was asked of <c>lab chaos</c>, so that it can be asked again.</summary>
/// <param name="Output">Where the faults of a violation go; null for the name that is usual.</param>
internal sealed record ChaosRequest(ImmutableArray<string> Campaigns, int Trials, string? Output)
{
    public string? Planner { get; init; }

    public string? Parallel { get; init; }

    public ImmutableArray<string> With { get; init; } = [];

    public string? Config { get; init; }

    public ImmutableArray<string> Set { get; init; } = [];

    public string ScriptOf(EpisodeEnd end) => Output ?? $"chaos-{end.Seed}.yaml";

    /// <summary>The command that shows a violation again.</summary>
    public string Replays(EpisodeEnd end) =>
        $"lab chaos {string.Join(' ', Campaigns)} --seed {end.Seed} --faults {ScriptOf(end)} --trials {Trials}{Given("planner", Planner)}{Given("parallel", Parallel)}{string.Concat(With.Select(one => Given("with", one)))}{Given("config", Config)}{string.Concat(Set.Select(key => Given("set", key)))}";

    private static string Given(string option, string? value) => value is null ? "" : $" --{option} {value}";
}

/// <summary>What <c>lab chaos</c> has found.</summary>
/// <param name="Struck">How often a fault of each kind made a difference.</param>
/// <param name="Calm">The campaign without faults, or the one that was replayed.</param>
/// <param name="Violation">With as few faults as were found to break the promise; null where none broke.</param>
/// <param name="NeverHappened">Faults that were to happen and did not.</param>
internal sealed record ChaosReport(
    ChaosRequest Asked, int Episodes, int Trials, IReadOnlyDictionary<FaultKind, int> Struck, EpisodeEnd Calm, EpisodeEnd? Violation, ImmutableArray<string> NeverHappened)
{
    public static IReadOnlyDictionary<FaultKind, int> Count(IEnumerable<EpisodeEnd> ends) =>
        ends.SelectMany(end => end.Faults).Where(fault => fault.Struck > 0).GroupBy(fault => fault.Fault.Kind).ToDictionary(kind => kind.Key, kind => kind.Sum(fault => fault.Struck));
}
