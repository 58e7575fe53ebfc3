using System.Collections.Immutable;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What a campaign needs now. It follows from the state, so a program that has just started finds out in the same way as one that runs.</summary>
public abstract record NextStep
{
    private NextStep()
    {
    }

    /// <summary>Write this down, then look again.</summary>
    public sealed record Record(LabEvent Event) : NextStep;

    /// <summary>A trial with this number is wanted, to be made at this station; null where there is none, or several, of which the scheduler gives it one.</summary>
    public sealed record Propose(int Trial, string? Station = null) : NextStep;

    /// <summary>
    /// These actions of one step are outstanding. What is on record already is to be carried out; the others, and the step itself where it has none, begin when the scheduler says so, and
    /// with the instruments that it gives.
    /// </summary>
    public sealed record Act(int Trial, string Step, ImmutableArray<ActionRequest> Actions) : NextStep
    {
        public bool MayBegin => Actions.All(action => !action.IsOnRecord);
    }

    /// <summary>All is measured; make quantities of it.</summary>
    public sealed record Analyse(TrialState Trial) : NextStep;
}

/// <summary>An action to be carried out, once.</summary>
/// <param name="IsOnRecord">Whether the intent is in the ledger already.</param>
/// <param name="IntendedAt">Lab time at which it came on record; null where it is not.</param>
public sealed record ActionRequest(ActionIntended Intent, bool IsOnRecord, DateTimeOffset? IntendedAt = null);
