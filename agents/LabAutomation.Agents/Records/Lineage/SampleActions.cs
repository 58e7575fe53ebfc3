using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Records;

/// <summary>All actions on record by the samples that they were done to: every attempt, and of what was done to several samples at once the others.</summary>
public sealed class SampleActions
{
    private readonly Dictionary<(string Campaign, int Trial), List<SampleAction>> _of = [];
    private readonly Dictionary<ActionId, List<(string Campaign, int Trial)>> _sharing = [];

    private SampleActions()
    {
    }

    /// <param name="record">The whole ledger.</param>
    public static SampleActions Of(IReadOnlyList<LedgerEntry> record)
    {
        var actions = new SampleActions();
        foreach (var entry in record)
        {
            if (entry.Event is ActionIntended intended) actions.Add(entry.Campaign, intended, entry.At);
            else if (entry.Event is ActionEnded ended && actions._of.TryGetValue((entry.Campaign, ended.Trial), out var known) && known.FindLastIndex(action => action.Intent.Action == ended.Action) is >= 0 and var at)
                known[at] = known[at] with { Result = ended.Result };
        }

        return actions;
    }

    /// <summary>In the order in which they were intended; carriages, too.</summary>
    public IReadOnlyList<SampleAction> Of(string campaign, int trial) => _of.GetValueOrDefault((campaign, trial), []);

    /// <summary>All samples that an action was done to, as campaign and trial.</summary>
    internal IReadOnlyList<(string Campaign, int Trial)> Sharing(ActionId action) => _sharing.GetValueOrDefault(action, []);

    /// <summary>As people call a sample: <c>colour-match-1/7</c>.</summary>
    internal static string Id(string campaign, int trial) => string.Create(CultureInfo.InvariantCulture, $"{campaign}/{trial}");

    private void Add(string campaign, ActionIntended intended, DateTimeOffset at)
    {
        if (!_of.TryGetValue((campaign, intended.Trial), out var known)) _of[(campaign, intended.Trial)] = known = [];
        if (!_sharing.TryGetValue(intended.Action, out var sharing)) _sharing[intended.Action] = sharing = [];
        known.Add(new SampleAction(intended, at, known.Count(one => one.Intent.Step == intended.Step && one.Intent.Index == intended.Index) + 1, null));
        sharing.Add((campaign, intended.Trial));
    }
}

/// <param name="Attempt">From 1.</param>
/// <param name="Result">Null while it goes on.</param>
public sealed record SampleAction(ActionIntended Intent, DateTimeOffset IntendedAt, int Attempt, ResultFrame? Result);
