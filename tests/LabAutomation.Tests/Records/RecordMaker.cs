using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;
using LabAutomation.Tests.Campaigns;

namespace LabAutomation.Tests.Records;

/// <summary>A record written by hand, minute by minute.</summary>
internal sealed class RecordMaker
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    private static readonly TrialValues Values = new([Value("cyan"), Value("magenta"), Value("yellow")]);

    private readonly List<LedgerEntry> _entries = [];

    public RecordMaker(string campaign = "match-1", int minute = 0, RecordMaker? before = null)
    {
        Campaign = campaign;
        if (before is not null) _entries = before._entries;
        Add(minute, new CampaignStarted("match.yaml", CampaignTexts.Match, "", 1, "sobol", 40, "bench", ImmutableSortedDictionary<string, string>.Empty));
    }

    public string Campaign { get; }

    public IReadOnlyList<LedgerEntry> Entries => _entries;

    public CampaignState State => CampaignState.Replay([.. _entries.Where(entry => entry.Campaign == Campaign)]);

    public RecordMaker Add(double minute, LabEvent happened)
    {
        var owner = happened is ConsumableDeclared or ConsumableRefilled or ConsumableCounted ? Ledger.OfTheLab : Campaign;
        _entries.Add(new LedgerEntry(_entries.Count + 1, owner, At(minute), happened, $"hash-{_entries.Count + 1}"));
        return this;
    }

    public RecordMaker Proposed(double minute, int trial, string? station = null) => Add(minute, new TrialProposed(trial, Values, null, null, null, "test", Station: station));

    public RecordMaker Measured(double minute, int trial) => Add(minute, new TrialMeasured(trial, ImmutableSortedDictionary<string, Quantity>.Empty.Add("colour_difference", new Quantity(5, Unit.One)), 5));

    /// <summary>An action from its intent to its end.</summary>
    public RecordMaker Did(double from, double until, int trial, string step, string instrument, string command, int index = 0, int? at = null, (string Consumable, double Amount)? draws = null, ActionStatus status = ActionStatus.Succeeded, double? told = null, int attempt = 1, ActionId? id = null)
    {
        var action = id ?? Id(trial, step, index, attempt);
        Begun(from, trial, step, instrument, command, index, at, draws, action);
        var outputs = ImmutableSortedDictionary<string, Quantity>.Empty;
        var result = new ResultFrame(action, status, CauseCode.Success, "", true, told is { } volume ? outputs.Add("volume", Quantity.Of(volume, "mL")) : outputs, [], At(from), At(until), 1);
        return Add(until, new ActionEnded(result.Action, trial, step, index, result));
    }

    public RecordMaker Begun(double from, int trial, string step, string instrument, string command, int index = 0, int? at = null, (string Consumable, double Amount)? draws = null, ActionId? id = null)
    {
        ImmutableArray<Drawing>? drawings = draws is var (consumable, amount) ? [new Drawing(consumable, "volume", Quantity.Of(amount, "mL"))] : null;
        return Add(from, new ActionIntended(id ?? Id(trial, step, index, 1), trial, step, index, instrument, command, ImmutableSortedDictionary<string, Quantity>.Empty, At(from + 60), at, Draws: drawings));
    }

    public static DateTimeOffset At(double minute) => Start.AddMinutes(minute);

    private ActionId Id(int trial, string step, int index, int attempt) => ActionId.Derive(Campaign, trial, step, index, attempt);

    private static KeyValuePair<string, TrialValue> Value(string name) => new(name, TrialValue.Of(Quantity.Of(0.4, "mL")));
}
