using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Agents.Scheduling;

/// <summary>An action that serves several trials at once, waiting for the word of each. All of them take part, or it is not carried out: whatever stands in a furnace is heated.</summary>
internal sealed class SharedAction(IEnumerable<(string Campaign, Grant Grant)> asked)
{
    private readonly List<(string Campaign, Grant Grant)> _open = [.. asked];
    private readonly List<(string Campaign, Grant Grant, ActionRequest Request)> _ready = [];
    private bool _isDeclined;

    public bool IsComplete => _open.Count == 0;

    public void Take(string campaign, long number, ActionRequest request)
    {
        if (_open.FindIndex(one => one.Campaign == campaign && one.Grant.Number == number) is not (>= 0 and var place)) return;
        _ready.Add((campaign, _open[place].Grant, request));
        _open.RemoveAt(place);
    }

    /// <summary>Who has heard and is not ready does not take part.</summary>
    public void Heard(string campaign, long number) => _isDeclined |= _open.RemoveAll(one => one.Campaign == campaign && one.Grant.Number <= number) > 0;

    /// <summary>Who is to be told that nothing comes of it.</summary>
    public IEnumerable<(string Campaign, Grant Grant)> Withdrawn() => _isDeclined ? _ready.Select(one => (one.Campaign, one.Grant)) : [];

    /// <summary>The intents of all, under the id of the first; none where somebody declined.</summary>
    public ImmutableArray<(string Campaign, ActionRequest Request)> Members()
    {
        if (_isDeclined) return [];
        int? shared = _ready.Count > 1 ? _ready.Count : null;

        // What they use up together is used up once.
        return [.. _ready.Select((one, k) => (one.Campaign, one.Request with { Intent = one.Request.Intent with { Action = _ready[0].Request.Intent.Action, Shared = shared, Draws = k == 0 ? one.Request.Intent.Draws : null } }))];
    }
}
