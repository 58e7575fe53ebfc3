using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Lab.Display;

/// <summary>Several campaigns side by side, each with a display of its own; what instruments show is shown once.</summary>
internal sealed class ManyDisplay(Func<string, ICampaignDisplay> display) : ICampaignDisplay
{
    private readonly SortedDictionary<string, ICampaignDisplay> _displays = new(StringComparer.Ordinal);
    private readonly ICampaignDisplay _lab = display("");

    public void Show(CampaignState state)
    {
        if (!_displays.TryGetValue(state.Id, out var one)) _displays[state.Id] = one = display(state.Id);
        one.Show(state);
    }

    public void Show(InstrumentNotice notice) => _lab.Show(notice);

    public void Say(string line) => _lab.Say(line);

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _displays.Values.Append(_lab)) await one.DisposeAsync();
    }
}
