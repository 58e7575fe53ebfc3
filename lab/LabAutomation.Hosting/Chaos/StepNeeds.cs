using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Hosting.Chaos;

/// <summary>
/// What steps of a trial depend on: all instruments that could do it and, where samples are carried, those that carry, the samples that stand where it is to be done, and what these need before they are out of the way.
/// </summary>
internal sealed class StepNeeds
{
    private readonly Evidence _evidence;
    private readonly HashSet<string> _instruments = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locations = new(StringComparer.Ordinal);
    private readonly HashSet<(string Campaign, int Trial)> _trials = [];

    /// <param name="stays">Of all samples; null where none is carried.</param>
    /// <param name="steps">The one that is asked about, after those that come between.</param>
    /// <param name="from">From when on somebody in the way counts.</param>
    /// <param name="until">When the step began.</param>
    public StepNeeds(Evidence evidence, SampleStays? stays, CampaignState state, TrialState trial, IEnumerable<StepPlan> steps, DateTimeOffset from, DateTimeOffset until)
    {
        _evidence = evidence;
        _trials.Add((state.Id, trial.Number));
        foreach (var step in steps) Add(trial, step);
        if (stays is null) return;
        _instruments.UnionWith(evidence.Stations.Transports.Select(transport => transport.Instrument));
        while (stays.At(_locations, from, until).FirstOrDefault(stay => !_trials.Contains((stay.Campaign, stay.Trial))) is { } inTheWay) Add(inTheWay, from, until);
    }

    public HashSet<string> Instruments => _instruments;

    public bool Has(string campaign, int? trial) => _trials.Any(one => one.Campaign == campaign && (trial is null || one.Trial == trial));

    /// <summary>The steps that it was at in that time, and the one with which it goes elsewhere.</summary>
    private void Add(Stay stay, DateTimeOffset from, DateTimeOffset until)
    {
        _trials.Add((stay.Campaign, stay.Trial));
        var state = _evidence.States.Single(one => one.Id == stay.Campaign);
        var trial = state.Trials.Single(one => one.Number == stay.Trial);
        var asked = state.Plan.Steps.Select(step => trial.Actions.Where(action => action.Key.Step == step.Name).Select(action => (DateTimeOffset?)action.Value.IntendedAt).Min()).ToList();
        var (first, last) = (Math.Max(0, asked.FindLastIndex(at => at <= from)), asked.FindIndex(at => at > until) is >= 0 and var after ? after : asked.FindLastIndex(at => at is not null) + 1);
        foreach (var step in state.Plan.Steps.Skip(first).Take(last - first + 1)) Add(trial, step);
    }

    private void Add(TrialState trial, StepPlan step)
    {
        var lab = _evidence.Stations;
        var serving = lab.Instruments.Where(instrument => step.Actions.Any(action => action.Instrument == instrument.Role) && (instrument.Station is null || instrument.Station == trial.Station)).ToArray();
        _instruments.UnionWith(step.Actions.Select(action => action.Instrument).Concat(serving.Select(instrument => instrument.Name)));
        _locations.UnionWith(serving.Select(instrument => instrument.Location).Append(step.At).OfType<string>());
    }
}
