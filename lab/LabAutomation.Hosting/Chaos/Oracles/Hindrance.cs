using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>What may have kept a step from beginning in time, and whose.</summary>
/// <param name="From">Lab time.</param>
/// <param name="Instrument">The one that could not work; null where it was none.</param>
/// <param name="Campaign">The one that begins nothing; null where it is none.</param>
/// <param name="Trial">Of the campaign, where it is one trial that begins nothing.</param>
internal sealed record Hindrance(DateTimeOffset From, DateTimeOffset Until, string? Instrument = null, string? Campaign = null, int? Trial = null)
{
    /// <summary>Whether a step that is not to be interrupted has to begin nevertheless.</summary>
    public bool SparesUninterrupted { get; private init; }

    /// <summary>When faults struck, the program did not run, a campaign rested or was suspended, a trial waited for stock, a breaker was open, or an action was not done as it was asked for.</summary>
    public static IEnumerable<Hindrance> Of(Evidence evidence)
    {
        foreach (var trouble in evidence.Troubles) yield return new Hindrance(trouble.From, trouble.Until, trouble.On);
        var (open, asked) = (new Dictionary<(string What, string Of, int Trial), DateTimeOffset>(), new Dictionary<ActionId, (DateTimeOffset At, string Instrument)>());
        foreach (var entry in evidence.Entries)
        {
            switch (entry.Event)
            {
                case ActionIntended intent:
                    asked.TryAdd(intent.Action, (entry.At, intent.Instrument));
                    break;
                case ActionEnded { Result.Status: not ActionStatus.Succeeded } failed when asked.TryGetValue(failed.Action, out var since):
                    yield return new Hindrance(since.At, entry.At, since.Instrument);
                    break;
            }

            foreach (var over in open.Keys.Where(key => Ends(key, entry)).ToArray())
            {
                yield return Closed(over, open[over], entry.At);
                open.Remove(over);
            }

            if (Begins(entry) is { } begun) open.TryAdd(begun, entry.At);
        }

        foreach (var (key, since) in open) yield return Closed(key, since, DateTimeOffset.MaxValue);
    }

    private static Hindrance Closed((string What, string Of, int Trial) open, DateTimeOffset from, DateTimeOffset until) => open.What switch
    {
        Breaker => new Hindrance(from, until, Instrument: open.Of),
        Waits => new Hindrance(from, until, Campaign: open.Of, Trial: open.Trial),
        _ => new Hindrance(from, until, Campaign: open.Of) { SparesUninterrupted = open.What is Suspended or Pausing },
    };

    private static (string What, string Of, int Trial)? Begins(LedgerEntry entry) => entry.Event switch
    {
        BreakerChanged { Until: not null } changed => (Breaker, changed.Instrument, 0),
        TrialWaits waits => (Waits, entry.Campaign, waits.Trial),
        CampaignSuspended => (Suspended, entry.Campaign, 0),
        PauseRequested { Now: true } => (Pausing, entry.Campaign, 0),
        CampaignPaused or SafeModeEntered => (Rests, entry.Campaign, 0),
        _ => null,
    };

    private static bool Ends((string What, string Of, int Trial) open, LedgerEntry entry) => open.What == Breaker
        ? entry.Event is BreakerChanged { Until: null } changed && changed.Instrument == open.Of
        : entry.Campaign == open.Of && (entry.Event is AbortRequested or CampaignEnded || open.What switch
        {
            Waits => entry.Event switch
            {
                ActionIntended intent => intent.Trial == open.Trial,
                TrialMeasured measured => measured.Trial == open.Trial,
                TrialFailed failed => failed.Trial == open.Trial,
                TrialAbandoned abandoned => abandoned.Trial == open.Trial,
                _ => false,
            },
            Suspended => entry.Event is CampaignContinued,
            Pausing => entry.Event is PauseWithdrawn or CampaignPaused or CampaignResumed,
            _ => entry.Event is CampaignResumed or PromptLapsed,
        });

    private const string Breaker = "breaker";
    private const string Waits = "waits";
    private const string Suspended = "suspended";
    private const string Pausing = "pausing";
    private const string Rests = "rests";
}
