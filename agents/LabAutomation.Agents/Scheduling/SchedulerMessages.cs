using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Scheduling;

/// <summary>What campaigns tell the scheduler.</summary>
internal abstract record SchedulerMessage
{
    private SchedulerMessage()
    {
    }

    /// <summary>All trials under way of a campaign; whatever was declared before no longer counts.</summary>
    /// <param name="Used">Ticks of instruments that the campaign has used so far.</param>
    /// <param name="Heard">Number of the last grant that the campaign has heard: it is taken up in what is declared, or was declined.</param>
    /// <param name="By">Who declares, an object of its own for each life of a campaign's actor: a grant that was meant for an earlier one counts no longer.</param>
    public sealed record Declare(string Campaign, ImmutableArray<TrialWork> Trials, long Used, long Heard, object By) : SchedulerMessage
    {
        /// <summary>What it has drawn of consumables so far, open actions included.</summary>
        public ImmutableSortedDictionary<string, double> Drawn { get; init; } = Amounts.None;

        /// <summary>Whose it is; null where it is nobody's.</summary>
        public string? Owner { get; init; }

        /// <summary>Whether it has ended.</summary>
        public bool IsOver { get; init; }

        /// <summary>Whether it begins nothing now and goes on by itself later, so that those who wait for it need not rest.</summary>
        public bool ComesBack { get; init; }

        /// <summary>Whether it is to rest as soon as nothing of it goes on, so that it need not wait for what cannot begin.</summary>
        public bool WantsRest { get; init; }

        /// <summary>Whether it is not known yet what became of actions that were under way when it was taken up: times may be running of which nobody knows.</summary>
        public bool AwaitsEarlier { get; init; }
    }

    /// <summary>What there is for the campaigns that run, beside what they have drawn themselves.</summary>
    /// <param name="Counted">Actions of unknown outcome that have drawn what was counted since: with the end of one there is something else.</param>
    public sealed record Supplied(ImmutableSortedDictionary<string, double> Supply, ImmutableHashSet<ActionId> Counted) : SchedulerMessage;

    /// <summary>The answer to a grant of a shared action: the trial's part of it. Sent before the grant counts as heard.</summary>
    public sealed record Ready(string Campaign, long Number, ActionRequest Request) : SchedulerMessage;

    /// <summary>One more campaign runs; nothing is granted before it has said where its samples stand.</summary>
    public sealed record Joins(string Campaign) : SchedulerMessage;

    /// <summary>An action has ended.</summary>
    public sealed record Concluded(string Campaign, string Instrument, ActionId Action, ResultFrame Result, DateTimeOffset At) : SchedulerMessage
    {
        /// <summary>Whether a sample was carried.</summary>
        public bool IsCarriage { get; init; }
    }

    /// <summary>Look what is due; sent by the scheduler to itself.</summary>
    public sealed record Look : SchedulerMessage
    {
        public static readonly Look Instance = new();
    }
}

/// <summary>A shared action is not carried out after all, since another of its trials declined; this part of it is not begun.</summary>
internal sealed record Withdrawn(long Number, object For);

/// <summary>Told to a campaign: a trial of it does not begin before there is enough of a consumable.</summary>
internal sealed record OutOf(int Trial, string Consumable, string Reason);

/// <summary>Told to a campaign of which nothing can begin: before somebody has looked after another, in a lab in which nothing else goes on; or now, where it is to rest.</summary>
internal sealed record Obstructed(string Reason);

/// <summary>What the scheduler tells a campaign. Nothing begins without; a campaign that wants it no longer lets it pass, and declares.</summary>
/// <param name="Number">Rises with every grant.</param>
internal abstract record Grant(long Number, int Trial, string Step, DateTimeOffset At)
{
    /// <summary>The <see cref="SchedulerMessage.Declare.By"/> of what was declared.</summary>
    public required object For { get; init; }

    /// <summary>As it was declared when this was granted; where another has been declared meanwhile, ways and amounts are not those of it.</summary>
    public required Job Job { get; init; }

    /// <summary>Why it did not begin earlier, once all that comes before it had ended; empty where it did not wait, and where the carriage before it says so.</summary>
    public ImmutableArray<StepWait> Waited { get; init; } = [];

    /// <summary>A step begins now.</summary>
    /// <param name="Way">Index into the ways that were declared.</param>
    /// <param name="Position">Where the sample stands; null in a lab without positions.</param>
    /// <param name="IsShared">Whether one action serves several trials: it is handed back with <see cref="SchedulerMessage.Ready"/> in place of being carried out.</param>
    public sealed record Begin(long Number, int Trial, string Step, DateTimeOffset At, int Way, int? Position, bool IsShared) : Grant(Number, Trial, Step, At)
    {
        /// <summary>The instruments that are brought to another setting first, or may have to be.</summary>
        public ImmutableArray<string> SetUp { get; init; } = [];
    }

    /// <summary>The sample is carried now to where a step needs it.</summary>
    public sealed record Carry(long Number, int Trial, string Step, DateTimeOffset At, int From, int To, string Goal, string Carrier, string Command, TimeSpan Duration) : Grant(Number, Trial, Step, At);
}
