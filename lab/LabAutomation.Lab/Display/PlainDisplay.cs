using System.Globalization;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Lab.Display;

/// <summary>One line a finished trial.</summary>
/// <param name="prefix">Before each line of a trial, where several campaigns run.</param>
internal sealed class PlainDisplay(TextWriter to, string prefix = "") : ICampaignDisplay
{
    private readonly EndedTrials _ended = new();
    private readonly WaitingTrials _waiting = new();
    private bool _began;

    public void Show(CampaignState state)
    {
        var news = _ended.News(state);
        if (!_began)
        {
            _began = true;
            to.WriteLine($"{state.Id}: {Wording.Goal(state.Plan)}; at most {state.Plan.Goal.Until.Trials} trials, planner {state.Plan.PlannerKind}, seed {state.Plan.Seed}");
            if (_ended.Before > 0) to.WriteLine($"{_ended.Before} trials are on record; going on with trial {state.UnderWay.FirstOrDefault()?.Number ?? state.Trials.Count + 1}");
        }

        foreach (var trial in news)
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{prefix}trial {trial.Number,3}{(trial.Station is { } station ? $" at {station}" : "")}  {Wording.Recipe(trial)}  {Wording.Outcome(state.Plan, trial.Outcome)}{Best(state)}"));
            foreach (var notice in trial.Outcome is TrialOutcome.Measured measured ? Wording.Notices(measured) : []) to.WriteLine($"{prefix}  {notice}");
        }

        foreach (var waits in _waiting.News(state)) to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{prefix}trial {waits.Trial,3}  waits: {waits.Reason}"));
    }

    public void Show(InstrumentNotice notice)
    {
        switch (notice)
        {
            case InstrumentNotice.WentOnline { Online: false }:
                to.WriteLine($"{notice.Instrument} went offline");
                break;
            case InstrumentNotice.Said said:
                to.WriteLine($"{notice.Instrument}: {said.Event.Message}");
                break;
            case InstrumentNotice.BreakerWent breaker:
                to.WriteLine($"{notice.Instrument} {Wording.Breaker(breaker.Changed)}");
                break;
            case InstrumentNotice.Misspoke misspoke:
                to.WriteLine($"{notice.Instrument}: message on {misspoke.Topic} set aside: {misspoke.Reason}");
                break;
        }
    }

    public void Say(string line) => to.WriteLine(line);

    private static string Best(CampaignState state) => state.Plan.Goal.HasBest || state.Plan.Goal.HasTrades ? $"  best {Wording.Best(state) ?? "-"}" : "";

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
