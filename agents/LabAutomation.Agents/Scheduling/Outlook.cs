using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Agents.Scheduling;

/// <summary>What a lab has too little of for some trials, and what a second one of it would save: the trials are planned anew, as if all could begin now, with durations learned from the record.</summary>
/// <param name="Instruments">Busiest first.</param>
public sealed record Outlook(ImmutableArray<InstrumentOutlook> Instruments)
{
    /// <summary>The rest would be more of the same.</summary>
    private const int MostTrials = 40;

    /// <summary>More are not busy enough to matter.</summary>
    private const int Doubled = 3;

    private static readonly SearchBudget Budget = new(30);

    /// <summary>The busiest; null where nothing is used.</summary>
    public InstrumentOutlook? Bottleneck => Instruments.FirstOrDefault(one => one.Utilisation > 0);

    /// <param name="states">Campaigns with the trials that are meant.</param>
    /// <param name="from">Trials that began earlier are left out.</param>
    public static Outlook Of(IReadOnlyList<CampaignState> states, LabStations lab, DateTimeOffset from)
    {
        var trials = states.SelectMany(state => state.Trials.Where(trial => trial.StartedAt >= from).Select(trial => (State: state, Trial: trial))).OrderBy(one => one.Trial.StartedAt).ToArray();
        Job[] jobs = [.. trials.Take(MostTrials).Select(one => TrialJob.Of(one.State, one.Trial, lab.For(one.State.Plan), null).Job).Where(job => !job.Tasks.IsEmpty && job.Tasks.All(task => !task.Ways.IsEmpty))];
        if (jobs.Length == 0) return new Outlook([]);
        var others = jobs.SelectMany(job => job.Tasks).SelectMany(task => task.Ways).SelectMany(way => way.Needs).Select(need => need.Of).Where(name => lab.Instruments.All(instrument => instrument.Name != name));
        var state = jobs.Aggregate(SchedulingState.Of(LabPositions.Layout(lab, others)), (before, job) => before.With(new SchedulingEvent.JobAdded(job)));
        var forecast = Forecast.Of(state, Scheduler.Improve(state, from, Budget));
        var more = (double)trials.Length / jobs.Length;
        return new Outlook([.. forecast.Loads.Where(load => load.Utilisation > 0 && load.Resource != LabSchedule.Person).Select((load, k) =>
            new InstrumentOutlook(load.Resource, load.Utilisation, k < Doubled ? Forecast.SavedBySecond(state, load.Resource, from, Budget) * more : null))]);
    }
}

/// <param name="Utilisation">Part of the time in which it would work, 0 to 1.</param>
/// <param name="SavedBySecond">By how much the plan with a second one at the same place would end earlier; null where it is not busy enough to ask.</param>
public sealed record InstrumentOutlook(string Instrument, double Utilisation, TimeSpan? SavedBySecond);
