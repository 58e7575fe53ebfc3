using System.Collections.Immutable;
using LabAutomation.Agents.Analysis;

namespace LabAutomation.Agents.Campaigns;

/// <summary>An analysis of a trial that has failed.</summary>
/// <param name="Failure">The latest.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Again">Whether it is to be made again since somebody has looked.</param>
/// <param name="Seen">Whether somebody has looked at how it failed, and has gone on.</param>
public sealed record AnalysisState(AnalysisFailed Failure, int Attempt, bool Again = false, bool Seen = false)
{
    /// <summary>In place of a step where reactions say what they are about; no step can be called so.</summary>
    public const string Step = "@analysis";

    /// <summary>What was chosen to be done about it; null where nothing was yet.</summary>
    public ReactionChosen? Reaction { get; init; }

    /// <summary>What was chosen for it and its earlier attempts since somebody has looked, first things first.</summary>
    public ImmutableArray<ReactionChosen> Reactions { get; init; } = [];

    /// <summary>Whether the trial goes on without it.</summary>
    public bool IsSkipped => Reaction is { Reaction: Campaigns.Reaction.Skip };

    internal bool IsUndecided => Reaction is null && !Again;

    internal AnalysisState With(AnalysisFailed failed) => this with { Failure = failed, Attempt = Attempt + 1, Again = false, Reaction = null };

    internal AnalysisState With(ReactionChosen chosen) => this with { Reaction = chosen, Reactions = Reactions.Add(chosen) };

    internal AnalysisState LookedAt() => Reaction is { Reaction: Campaigns.Reaction.Prompt or Campaigns.Reaction.SafeMode } ? this with { Again = true, Seen = true, Reaction = null, Reactions = [] } : this;

    internal AnalysisState Lapsed(DateTimeOffset at) => Reaction is { Reaction: Campaigns.Reaction.Prompt } prompt && prompt.Until <= at ? this with { Reaction = null } : this;
}
