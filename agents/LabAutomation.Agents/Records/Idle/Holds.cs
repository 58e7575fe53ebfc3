using LabAutomation.Agents.Queue;

namespace LabAutomation.Agents.Records;

/// <summary>When somebody wanted a campaign, or a trial of it, to begin nothing, by the record.</summary>
internal sealed class Holds
{
    private readonly List<(DateTimeOffset At, QueueChanged Changed)> _changes;

    public Holds(string campaign, IReadOnlyList<LedgerEntry> record) =>
        _changes = [.. record.Where(entry => entry.Campaign == campaign && entry.Event is QueueChanged { Hold: not null }).Select(entry => (entry.At, (QueueChanged)entry.Event))];

    public IEnumerable<DateTimeOffset> Cuts => _changes.Select(change => change.At);

    /// <summary>Null where nothing was held.</summary>
    public string? At(int trial, DateTimeOffset at) => Last(null, at) is { } whole ? $"{whole.By} held the campaign: {whole.Reason}"
        : Last(trial, at) is { } one ? FormattableString.Invariant($"{one.By} held trial {trial}: {one.Reason}") : null;

    private QueueChanged? Last(int? trial, DateTimeOffset at) => _changes.LastOrDefault(change => change.At <= at && change.Changed.Trial == trial).Changed is { Hold: true } held ? held : null;
}
