using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting.Forecasts;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Display;

/// <summary>A forecast in words and for machines: of several runs the middle one, and between which the others lie.</summary>
/// <param name="before">The campaigns on record, as they stand.</param>
/// <param name="runs">One or more.</param>
/// <param name="seconds">What a second one of something would save, by runs like the first.</param>
internal sealed class ForecastWording(IReadOnlyList<CampaignState> before, IReadOnlyList<ForecastRun> runs, IReadOnlyList<SecondOne> seconds)
{
    /// <summary>So many trials on record say how long trials really take.</summary>
    private const int Enough = 3;

    /// <summary>How many times as long as in the virtual lab the trials on record have taken; 1 where nobody can tell.</summary>
    private double Pace
    {
        get
        {
            var seen = before.SelectMany(state => state.Trials).Where(IsMeasured).Select(Length).ToArray();
            var simulated = runs.SelectMany(run => run.States).SelectMany(state => state.Trials.Skip(before.FirstOrDefault(one => one.Id == state.Id)?.Trials.Count ?? 0)).Where(IsMeasured).Select(Length).ToArray();
            return seen.Length < Enough || simulated.Length < Enough || Middle(simulated) <= 0 ? 1 : Middle(seen) / Middle(simulated);
        }
    }

    private ForecastRun First => runs[0];

    private IEnumerable<LateSteps> Late => LateSteps.Together(runs.SelectMany(run => run.Late));

    private IEnumerable<MissedStarts> Missed => MissedStarts.Together(runs.SelectMany(run => run.Missed));

    /// <summary>Runs that rest before their ends, at the time to which to look ahead or for want of a person.</summary>
    private int Unfinished => runs.Count(run => run.States.Any(IsUnfinished));

    public IEnumerable<string> Lines()
    {
        var pace = Pace;
        var times = runs.Select(run => run.Length.TotalHours * pace).ToArray();
        var span = $"{Hours(Middle(times))} of lab time{(runs.Count > 1 ? $" ({Hours(times.Min())} to {Hours(times.Max())})" : "")}";
        yield return Unfinished is 0 ? $"done in {span}{Instant(times)}" : $"not done after {span} in {Unfinished} of {runs.Count} runs: {runs.SelectMany(run => run.States).First(IsUnfinished).PauseReason}";
        if (Math.Abs(pace - 1) > 0.02) yield return string.Create(CultureInfo.InvariantCulture, $"  its trials have taken {pace:0.##} times as long as in the virtual lab, which is counted in");
        for (var k = 0; k < First.States.Length; k++) yield return Campaign(k);
        foreach (var one in Late) yield return string.Create(CultureInfo.InvariantCulture, $"  '{one.Step}' of {one.Campaign} is late in {one.Late} of {one.Of} trials: it is to begin within {one.Within.TotalSeconds:0.#} s of the end of '{one.After}', and {Soonest(one.Shortest)}");
        foreach (var one in Missed) yield return $"  {Words(one)}";
        yield return "";
        for (var k = 0; k < First.Instruments.Length; k++)
        {
            var used = runs.Select(run => run.Instruments[k]).ToArray();
            yield return string.Create(CultureInfo.InvariantCulture, $"  {First.Instruments[k].Instrument,-16} busy {Middle(used.Select(one => one.Busy)),6:P1}{(used.Any(one => one.Dispensed > 0) ? $"  {Span(used.Select(one => one.Dispensed), Unit.Parse("mL"))} dispensed" : "")}");
        }

        for (var k = 0; k < First.Consumables.Length; k++)
        {
            var (one, drawn) = (First.Consumables[k], runs.Select(run => run.Consumables[k]).ToArray());
            var (least, most) = (drawn.Min(draw => draw.Refills), drawn.Max(draw => draw.Refills));
            yield return $"  {one.Consumable,-16} {Span(drawn.Select(draw => draw.Drawn), one.Unit)} used up, {(most == 0 ? "no refill" : least == most ? $"{most} refill{(most == 1 ? "" : "s")}" : $"{least} to {most} refills")}";
        }

        yield return "";
        foreach (var line in Bottleneck()) yield return line;
    }

    public object ToJson() => new
    {
        seeds = runs.Select(run => run.Seed),
        pace = Pace,
        unfinished = Unfinished,
        labHours = Form(runs.Select(run => run.Length.TotalHours * Pace)),
        campaigns = First.States.Select((state, k) => new { id = state.Id, trials = Form(runs.Select(run => (double)Ahead(run.States[k]))), reached = runs.Count(run => run.States[k].End?.End == CampaignEnd.GoalReached), states = runs.Select(run => Wording.Phase(run.States[k])) }),
        instruments = First.Instruments.Select((one, k) => new { instrument = one.Instrument, busy = Form(runs.Select(run => run.Instruments[k].Busy)), dispensed = Form(runs.Select(run => run.Instruments[k].Dispensed)) }),
        consumables = First.Consumables.Select((one, k) => new { consumable = one.Consumable, unit = one.Unit.Symbol, drawn = Form(runs.Select(run => run.Consumables[k].Drawn)), refills = Form(runs.Select(run => (double)run.Consumables[k].Refills)) }),
        late = Late.Select(one => new { campaign = one.Campaign, step = one.Step, after = one.After, withinSeconds = one.Within.TotalSeconds, late = one.Late, of = one.Of, shortestSeconds = one.Shortest?.TotalSeconds }),
        missed = Missed.Select(one => new { campaign = one.Campaign, step = one.Step, afterSeconds = one.By.After?.TotalSeconds, by = one.By.Moment, late = one.Late, givenUp = one.GivenUp, of = one.Of, soonestSeconds = one.Soonest?.TotalSeconds }),
        bottleneck = First.Outlook.Bottleneck?.Instrument,
        secondOnes = seconds.Select(one => new { instrument = one.What, station = one.What is null, planned = one.IsPlanned, utilisation = First.Outlook.Instruments.FirstOrDefault(instrument => instrument.Instrument == one.What)?.Utilisation, savesHours = one.Saved.TotalHours * Pace }),
    };

    private static bool IsUnfinished(CampaignState state) => state.Phase != CampaignPhase.Ended;

    private static bool IsMeasured(TrialState trial) => trial.Outcome is TrialOutcome.Measured;

    private static double Length(TrialState trial) => (trial.EndedAt!.Value - trial.StartedAt).TotalHours;

    private static object Form(IEnumerable<double> values) => new { middle = Middle(values), least = values.Min(), most = values.Max() };

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private string Instant(double[] hours)
    {
        if (before.Count == 0) return "";
        var from = before.Max(state => state.LastAt);
        return string.Create(CultureInfo.InvariantCulture, $": {from.AddHours(Middle(hours)):yyyy-MM-dd HH:mm}, if it goes on at {from:HH:mm}");
    }

    private int Ahead(CampaignState state) => state.Trials.Count(trial => trial.Outcome is not null) - (before.FirstOrDefault(one => one.Id == state.Id)?.Trials.Count(trial => trial.Outcome is not null) ?? 0);

    private string Campaign(int k)
    {
        var states = runs.Select(run => run.States[k]).ToArray();
        var trials = states.Select(state => (double)Ahead(state)).ToArray();
        var stands = before.FirstOrDefault(one => one.Id == states[0].Id) is { } now ? $", after {now.Trials.Count(trial => trial.Outcome is not null)} of {now.Plan.Goal.Until.Trials}" : "";
        var span = runs.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({trials.Min():0} to {trials.Max():0})") : "";
        var ends = states[0].Plan.Goal.CanBeReached ? string.Create(CultureInfo.InvariantCulture, $"; reaches its goal in {states.Count(state => state.End?.End == CampaignEnd.GoalReached)} of {states.Length} runs") : $"; {Wording.Phase(states[0])}";
        return string.Create(CultureInfo.InvariantCulture, $"{states[0].Id}: {Middle(trials):0} trials to come{span}{stands}{ends}");
    }

    private static string Soonest(TimeSpan? shortest) => shortest is { } least ? string.Create(CultureInfo.InvariantCulture, $"began {least.TotalSeconds:0.#} s after it where it was soonest") : "never began";

    private static string Words(MissedStarts one)
    {
        string[] missed = [.. one.Late > 0 ? [string.Create(CultureInfo.InvariantCulture, $"is late in {one.Late}")] : Array.Empty<string>(), .. one.GivenUp > 0 ? [string.Create(CultureInfo.InvariantCulture, $"is not come to in {one.GivenUp}")] : Array.Empty<string>()];
        var by = one.By.After is { } after ? $"within {after.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s of the proposal, and {(one.Soonest is { } least ? $"began {least.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s after it where it was soonest" : "never began")}" : string.Create(CultureInfo.InvariantCulture, $"by {one.By.Moment:u}");
        return string.Create(CultureInfo.InvariantCulture, $"'{one.Step}' of {one.Campaign} {string.Join(" and ", missed)} of {one.Of} trials: it is to begin {by}");
    }

    private IEnumerable<string> Bottleneck()
    {
        if (First.Outlook.Bottleneck is not { } busiest)
        {
            yield return "no trial is to come";
            yield break;
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"bottleneck: {busiest.Instrument}, at work {busiest.Utilisation:P0} of the time");
        var helps = seconds.Where(one => one.Saved > TimeSpan.FromSeconds(1)).OrderByDescending(one => one.Saved).ToArray();
        foreach (var one in helps) yield return $"  a second {one.What ?? "station like the first, and one more trial at once,"} would save {Hours(one.Saved.TotalHours * Pace)}{(one.IsPlanned ? ", by plan" : "")}";
        if (helps.Length == 0) yield return "  a second one would not help: what is done at once is as much as the campaigns' 'parallel' allows, or the trials are as quick as their steps";
    }

    private static string Span(IEnumerable<double> values, Unit unit)
    {
        var (middle, least, most) = (Middle(values), values.Min(), values.Max());
        return least == most ? string.Create(CultureInfo.InvariantCulture, $"{middle:0.##} {unit}") : string.Create(CultureInfo.InvariantCulture, $"{middle:0.##} {unit} ({least:0.##} to {most:0.##})");
    }

    private static string Hours(double hours) => hours switch
    {
        >= 48 => string.Create(CultureInfo.InvariantCulture, $"{hours / 24:0.0} days"),
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{(int)hours} h {(int)(hours * 60) % 60:00} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{hours * 60:0.#} min"),
    };
}
