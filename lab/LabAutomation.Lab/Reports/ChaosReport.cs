using System.Collections.Immutable;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Lab.Display;
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

    /// <summary>The fault file that was to be run; null where faults are drawn.</summary>
    public string? Faults { get; init; }

    /// <summary>Whether each kind that can strike is to strike.</summary>
    public bool AllKinds { get; init; }

    public string ScriptOf(EpisodeEnd end) => Faults ?? Output ?? $"chaos-{end.Seed}.yaml";

    /// <summary>The command that shows a violation again.</summary>
    public string Replays(EpisodeEnd end) =>
        $"lab chaos {string.Join(' ', Campaigns.Select(ShellWord.Of))} --seed {end.Seed} --faults {ShellWord.Of(ScriptOf(end))} --trials {Trials}{Given("planner", Planner)}{Given("parallel", Parallel)}{string.Concat(With.Select(one => Given("with", one)))}{Given("config", Config)}{string.Concat(Set.Select(key => Given("set", key)))}";

    private static string Given(string option, string? value) => value is null ? "" : $" --{option} {ShellWord.Of(value)}";
}

/// <summary>What <c>lab chaos</c> has found.</summary>
/// <param name="Coverage">Of each kind that could strike, or was in the file.</param>
/// <param name="Violation">With as few faults as were found to break the promise; null where none broke.</param>
internal sealed record ChaosReport(ChaosRequest Asked, int Episodes, int Trials, ImmutableArray<FaultCoverage> Coverage, EpisodeEnd? Violation)
{
    /// <summary>The faults of a file that did not happen.</summary>
    public ImmutableArray<string> Missed { get; init; } = [];

    /// <summary>By which calls another thread took part, so that a violation may not be seen again; null where each run is the same every time.</summary>
    public string? FirstFromOutside { get; init; }

    /// <summary>Kinds that could strike and did not.</summary>
    public ImmutableArray<FaultCoverage> NotStruck => [.. Coverage.Where(kind => kind.Struck == 0)];

    /// <summary>What was to happen and did not, so that the run has failed: faults of a file, kinds that were drawn often, and each kind where that was asked for.</summary>
    public ImmutableArray<string> NeverHappened => Asked.Faults is not null ? Missed
        : Violation is not null ? []
        : [.. NotStruck.Where(kind => Asked.AllKinds || kind.Drawn >= FaultCoverage.OftenEnough).Select(kind => kind.Traits.Name)];

    public ExitCode Exit => Violation is null && NeverHappened.IsEmpty && FirstFromOutside is null ? ExitCode.Success : ExitCode.PromiseBroken;
}
