using System.Text.Json;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Lab.Display;

/// <summary>One JSON object a line: each finished trial, and the state at the end.</summary>
internal sealed class JsonDisplay(TextWriter to) : ICampaignDisplay
{
    private readonly EndedTrials _ended = new();

    public void Show(CampaignState state)
    {
        foreach (var trial in _ended.News(state)) Write(new { trial = JsonForms.Trial(state.Plan, trial), best = state.BestObjective });
    }

    public void Show(InstrumentNotice notice)
    {
        if (notice is InstrumentNotice.WentOnline online) Write(new { instrument = notice.Instrument, online = online.Online });
    }

    public void Say(string line) => Write(new { message = line });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Write(object line) => to.WriteLine(JsonSerializer.Serialize(line, JsonForms.Line));
}
