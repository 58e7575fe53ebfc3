using System.Text.Json;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Lab.Display;

/// <summary>One JSON object a line: each finished trial, and the state at the end.</summary>
internal sealed class JsonDisplay(TextWriter to) : ICampaignDisplay
{
    private int? _shown;

    public void Show(CampaignState state)
    {
        _shown ??= state.Trials.Count(trial => trial.Outcome is not null);
        for (; _shown < state.Trials.Count && state.Trials[_shown.Value].Outcome is not null; _shown++)
            Write(new { trial = JsonForms.Trial(state.Plan, state.Trials[_shown.Value]), best = state.BestObjective });
    }

    public void Show(InstrumentNotice notice)
    {
        if (notice is InstrumentNotice.WentOnline online) Write(new { instrument = notice.Instrument, online = online.Online });
    }

    public void Say(string line) => Write(new { message = line });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Write(object line) => to.WriteLine(JsonSerializer.Serialize(line, JsonForms.Line));
}
