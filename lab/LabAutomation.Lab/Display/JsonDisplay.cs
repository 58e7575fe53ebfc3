using System.Text.Json;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Lab.Display;

/// <summary>One JSON object a line: what a trial gave that cleans up still, each finished trial, and the state at the end.</summary>
/// <param name="campaign">Named in each line, where several run; null where one does.</param>
internal sealed class JsonDisplay(TextWriter to, string? campaign = null) : ICampaignDisplay
{
    private readonly EndedTrials _ended = new();
    private readonly WaitingTrials _waiting = new();
    private readonly HashSet<int> _known = [];

    public void Show(CampaignState state)
    {
        foreach (var trial in _ended.News(state))
            Write(campaign is null
                ? (object)new { trial = JsonForms.Trial(state.Plan, trial), best = state.BestObjective }
                : new { campaign, trial = JsonForms.Trial(state.Plan, trial), best = state.BestObjective });
        foreach (var trial in state.UnderWay.Where(trial => trial.Known is not null && _known.Add(trial.Number)))
            Write(new { campaign, known = JsonForms.Trial(state.Plan, trial) });
        foreach (var waits in _waiting.News(state)) Write(new { campaign, waits = new { trial = waits.Trial, consumable = waits.For, reason = waits.Reason } });
    }

    public void Show(InstrumentNotice notice)
    {
        if (notice is InstrumentNotice.BreakerWent { Changed: var breaker }) Write(new { instrument = notice.Instrument, breaker = breaker.Phase.ToString(), reason = breaker.Reason, until = breaker.Until });
        if (notice is InstrumentNotice.WentOnline online) Write(new { instrument = notice.Instrument, online = online.Online });
    }

    public void Say(string line) => Write(new { message = line });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Write(object line) => to.WriteLine(JsonSerializer.Serialize(line, JsonForms.Line));
}
