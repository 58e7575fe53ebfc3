using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary>All that a decision about an action, or an analysis, that did not succeed depends on, beside the rules.</summary>
/// <param name="Words">What is true of it, of <see cref="ErrorWords.All"/>.</param>
/// <param name="Instrument">Which had the action; of an analysis the analyst.</param>
/// <param name="Earlier">What was done about it and its earlier attempts.</param>
internal sealed record FailedAction(int Trial, string Instrument, ImmutableArray<string> Words, ImmutableArray<ReactionChosen> Earlier)
{
    /// <summary>Lab time of the decision.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether doing it again cannot do it twice.</summary>
    public bool MayBeRepeated { get; init; }

    /// <summary>Whether another instrument may do it, with which it has not been tried yet.</summary>
    public bool HasOther { get; init; }

    /// <summary>Why the trial cannot go on without it; null where it can.</summary>
    public string? IsNeededFor { get; init; }

    /// <summary>Whether a person has looked at it already.</summary>
    public bool IsSeen { get; init; }

    /// <summary>Whether the campaign is being aborted: it cleans up as well as it can, and asks nobody.</summary>
    public bool IsAborting { get; init; }

    public bool CleansUp => Words.Contains(ErrorWords.CleaningUp);

    public bool IsUnknown => Words.Contains(ErrorWords.UnknownOutcome);
}
