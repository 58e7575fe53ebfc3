using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Agents.Scheduling;

/// <summary>An action that serves several trials at once, waiting for the word of each.</summary>
internal sealed class SharedAction(IEnumerable<(string Campaign, long Number)> asked)
{
    private readonly HashSet<(string Campaign, long Number)> _open = [.. asked];
    private readonly List<(string Campaign, ActionRequest Request)> _ready = [];

    public bool IsComplete => _open.Count == 0;

    public void Take(string campaign, long number, ActionRequest request)
    {
        if (_open.Remove((campaign, number))) _ready.Add((campaign, request));
    }

    /// <summary>Who has heard and is not ready does not take part.</summary>
    public void Heard(string campaign, long number) => _open.RemoveWhere(asked => asked.Campaign == campaign && asked.Number <= number);

    /// <summary>The intents of those who take part, under the id of the first; none where nobody does.</summary>
    public ImmutableArray<(string Campaign, ActionRequest Request)> Members()
    {
        int? shared = _ready.Count > 1 ? _ready.Count : null;
        return [.. _ready.Select(one => (one.Campaign, one.Request with { Intent = one.Request.Intent with { Action = _ready[0].Request.Intent.Action, Shared = shared } }))];
    }
}
