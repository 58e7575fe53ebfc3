using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>What persons find out about actions of unknown outcome, and how campaigns go on with it.</summary>
public sealed partial class Laboratory
{
    /// <summary>Records what a person found out about an action, for all trials that it served and that have ended, whosever they are. Of those under way the instrument tells a resumed campaign.</summary>
    /// <param name="found">What its instrument has taken.</param>
    /// <param name="isLost">Whether that knows nothing of the action, as on a new journal, so that the finding is on record here or nowhere. What nobody can tell is given up when its campaign is taken up.</param>
    /// <returns>The campaigns with a trial under way that it served, and that are told when they are taken up.</returns>
    public IReadOnlyList<string> Settle(ReconcileFrame found, bool isLost = false)
    {
        var (told, settled) = (new List<string>(), new List<(string, LabEvent)>());
        foreach (var (state, action) in UnknownOf(found.Action))
        {
            var isUnderWay = state.UnderWay.Any(trial => trial.Number == action.Intent.Trial);
            if (isUnderWay) told.Add(state.Id);
            if (!isUnderWay || (isLost && found.Finding != Finding.Unknowable)) settled.Add((state.Id, Settled(action, found)));
        }

        // What is given up is given up for all trials of a campaign at once.
        if (settled.Count > 0) Ledger.Append([.. settled.DistinctBy(one => one.Item2 is OutcomeGivenUp ? (one.Item1, 0) : (one.Item1, ((ActionEnded)one.Item2).Trial))]);
        return [.. told.Distinct(StringComparer.Ordinal)];
    }

    private static LabEvent Settled(ActionState action, ReconcileFrame found)
    {
        var (intent, result) = (action.Intent, action.Result!);
        var words = $"{found.By} found that it {(found.Finding == Finding.Happened ? "happened" : "did not happen")}: {found.Reason} (before: {result.Message})";
        return found.Finding switch
        {
            Finding.Unknowable => new OutcomeGivenUp(intent.Action, found.By, found.Reason),
            Finding.Happened => new ActionEnded(intent.Action, intent.Trial, intent.Step, intent.Index, result with { Status = ActionStatus.Succeeded, Cause = CauseCode.SuccessWithWarnings, Message = words }),
            _ => new ActionEnded(intent.Action, intent.Trial, intent.Step, intent.Index, result with { Status = ActionStatus.Failed, Message = words }),
        };
    }

    /// <summary>By all trials that it served.</summary>
    private IEnumerable<(CampaignState State, ActionState Action)> UnknownOf(ActionId action) =>
        CampaignRecord.All(Ledger).SelectMany(state => state.Unknown.Where(unknown => unknown.Intent.Action == action).Select(unknown => (state, unknown)));

    /// <summary>Tells the instruments that nobody will find out any more what became of the unknown actions of a campaign, so that they may go on.</summary>
    /// <returns>The actions that stay unknown; of the others the device could tell after all.</returns>
    /// <param name="trial">Of this trial only; of all under way where null.</param>
    public async Task<IReadOnlyCollection<ActionId>> GiveUpAsync(CampaignState state, string why, CancellationToken cancellation, int? trial = null)
    {
        var given = new List<ActionId>();
        foreach (var intent in state.UnderWay.Where(one => trial is null || one.Number == trial).SelectMany(one => one.Actions.Values).Where(action => action.IsUnknown).Select(action => action.Intent).DistinctBy(intent => intent.Action))
        {
            var frame = new ReconcileFrame(intent.Action, Finding.Unknowable, Environment.UserName, why, Clock.GetUtcNow());
            if ((await ReconcileAsync(intent.Instrument, frame, cancellation)).Done) given.Add(intent.Action);
        }

        return given;
    }

    /// <summary>What somebody says who has cleaned up by hand after a trial.</summary>
    /// <param name="trial">Campaign and trial, <c>ID/N</c>.</param>
    /// <param name="givesUp">Whether all that nobody knows of these campaigns is given up at the same time.</param>
    /// <exception cref="LabException">Nothing that was to clean up after that trial was given up.</exception>
    public static (string Campaign, PlaceCleaned Cleaned) CleanedBy(IReadOnlyList<CampaignState> states, string trial, string by, bool givesUp)
    {
        CampaignState[] then = [.. states.Select(state => givesUp ? state.Unknown.Aggregate(state, (given, action) => given.Apply(new OutcomeGivenUp(action.Intent.Action, by, ""), state.LastAt)) : state)];
        var unclean = UncleanPlace.Of(then, trial);
        return (unclean.Campaign, new PlaceCleaned(unclean.Trial, by));
    }

    /// <summary>Records that a campaign is taken up again.</summary>
    /// <param name="givenUp">Actions whose outcome stays unknown, see <see cref="GiveUpAsync"/>: they count as failed. The instruments are asked about the others.</param>
    /// <param name="why">Why they were given up.</param>
    /// <param name="taken">Samples that a hand took.</param>
    /// <param name="cleaned">Places that a hand has cleaned.</param>
    /// <exception cref="ModelException">The models are not those that it began with.</exception>
    public void Resume(CampaignState state, IReadOnlyCollection<ActionId>? givenUp = null, string why = "", IReadOnlyCollection<SampleTaken>? taken = null, IReadOnlyCollection<PlaceCleaned>? cleaned = null)
    {
        var models = RequireModels(state);
        LabEvent[] happened = [.. taken ?? [], .. cleaned ?? [], new CampaignResumed("lab resume"), .. Seen(state.Plan), .. models, .. Cleared()];
        Ledger.Append([.. GivenUp(state, givenUp ?? [], why), .. happened.Select(one => (state.Id, one))]);
    }

    /// <summary>What several campaigns shared is given up for each: nobody finds out more for one than for another.</summary>
    private IEnumerable<(string Campaign, LabEvent GivenUp)> GivenUp(CampaignState state, IEnumerable<ActionId> actions, string why)
    {
        foreach (var action in actions)
        {
            var isShared = state.Unknown.Any(unknown => unknown.Intent.Action == action && unknown.Intent.Shared is not null);
            string[] campaigns = isShared ? [.. UnknownOf(action).Select(one => one.State.Id).Distinct(StringComparer.Ordinal)] : [state.Id];
            foreach (var campaign in campaigns) yield return (campaign, new OutcomeGivenUp(action, Environment.UserName, why));
        }
    }
}
