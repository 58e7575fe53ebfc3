using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Protocol;
using LabAutomation.Tests.Scheduling;

namespace LabAutomation.Tests.Chaos;

/// <summary>Records of campaigns, an entry a second, for oracles to judge.</summary>
internal sealed class CellRecord(EpisodeSetup setup)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly List<LedgerEntry> _entries = [];
    private int _seconds;

    /// <summary>Of colour matches at two stations that share a spectrometer.</summary>
    /// <param name="measure">Further keys of the step that measures.</param>
    public CellRecord(string measure = "within: 10 s")
        : this(new EpisodeSetup([SharedCells.ColourMatch(3, 2, measure: measure, name: "ada"), SharedCells.ColourMatch(3, 2, measure: measure, name: "bob")], SharedCells.Lab(2)))
    {
    }

    public CellRecord Add(string campaign, params LabEvent[] events)
    {
        foreach (var happened in events) _entries.Add(new LedgerEntry(_entries.Count + 1, campaign, Start.AddSeconds(++_seconds), Timed(happened), ""));
        return this;
    }

    /// <summary>An end that is on record so long after it was.</summary>
    public CellRecord Hear(string campaign, ActionEnded ended, int late)
    {
        _seconds += late;
        _entries.Add(new LedgerEntry(_entries.Count + 1, campaign, Start.AddSeconds(++_seconds), ended with { Result = ended.Result with { EndedAt = Start.AddSeconds(_seconds - late) } }, ""));
        return this;
    }

    /// <summary>Nothing goes on record for a while.</summary>
    public CellRecord Pass(int seconds)
    {
        _seconds += seconds;
        return this;
    }

    public Evidence Evidence(params Trouble[] troubles) => new([.. setup.Plans.Select(State)], _entries, new LedgerVerdict(0, "", null), [], [], new BusRecord(), ClockWasSet: false) { Stations = Subjects.Stations(setup), Troubles = [.. troubles] };

    public static TrialProposed Proposed(int trial) => new(trial, new TrialValues([]), null, null, null, "");

    /// <summary>Ids differ by campaign, trial, step and attempt.</summary>
    public static ActionIntended Step(string campaign, int trial, string step, string instrument, int attempt = 1) => new(
        ActionId.Derive(campaign, trial, step, 0, attempt), trial, step, 0, instrument, step, ImmutableSortedDictionary<string, Quantity>.Empty, Start.AddDays(1));

    public static ActionEnded Ends(ActionIntended intent, ActionStatus status = ActionStatus.Succeeded) => new(intent.Action, intent.Trial, intent.Step, intent.Index, new ResultFrame(
        intent.Action, status, status == ActionStatus.Succeeded ? CauseCode.Success : CauseCode.HardwareFault, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], Start, Start, 1));

    /// <summary>An action from its intent to its end.</summary>
    public static LabEvent[] Does(ActionIntended intent) => [intent, Ends(intent)];

    public static TrialKnown Known(int trial, double difference = 20) => new(trial, Outputs(difference), difference);

    public static TrialMeasured Measured(int trial, double difference = 20) => new(trial, Outputs(difference), difference);

    private LabEvent Timed(LabEvent happened) => happened is ActionEnded ended ? ended with { Result = ended.Result with { EndedAt = Start.AddSeconds(_seconds) } } : happened;

    private CampaignState State(CampaignPlan plan)
    {
        var started = new CampaignStarted(plan.File, plan.Text, plan.Sha256, 1, "sobol", 3, "site", ImmutableSortedDictionary<string, string>.Empty);
        return _entries.Where(entry => entry.Campaign == plan.Name).Aggregate(new CampaignState(plan.Name, plan, started, Start), (state, entry) => state.Apply(entry.Event, entry.At));
    }

    private static ImmutableSortedDictionary<string, Quantity> Outputs(double difference) => ImmutableSortedDictionary<string, Quantity>.Empty.Add("colour_difference", new Quantity(difference, Unit.One));
}
