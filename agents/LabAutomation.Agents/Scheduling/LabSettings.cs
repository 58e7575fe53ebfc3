using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Scheduling;

/// <summary>What the instruments are set to that take time to be set otherwise: as the last task that was begun with them needed it. Not thread-safe.</summary>
internal sealed class LabSettings
{
    /// <summary>Who has stood still for longer is as if nothing were known.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    private readonly SortedDictionary<string, (string? Setting, long Since)> _known = new(StringComparer.Ordinal);

    /// <param name="record">Intents, in order.</param>
    public LabSettings(LabStations lab, IEnumerable<LedgerEntry> record)
    {
        var instruments = lab.Instruments.Where(instrument => instrument.SetUp > TimeSpan.Zero).ToDictionary(instrument => instrument.Name, StringComparer.Ordinal);
        foreach (var name in instruments.Keys) _known.Add(name, default);
        foreach (var entry in record)
            if (entry.Event is ActionIntended intent && instruments.TryGetValue(intent.Instrument, out var instrument) && instrument.SettingFor(intent.Command, intent.Arguments) is { } setting) _known[intent.Instrument] = (setting, entry.At.UtcTicks);
    }

    /// <summary>The intents from which it follows; none where no instrument takes time to be set.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read, or an entry was changed after it was written.</exception>
    public static IReadOnlyList<LedgerEntry> Recorded(LabStations lab, Ledger ledger, DateTimeOffset now) =>
        lab.Instruments.Any(instrument => instrument.SetUp > TimeSpan.Zero) ? [.. ledger.Entries<ActionIntended>(now - Memory)] : [];

    public void Take(JobProgress job)
    {
        if (_known.Count == 0) return;
        for (var task = 0; task < job.Tasks.Length; task++)
        {
            if (job.Tasks[task] is not { Phase: not TaskPhase.Waiting } begun || job.Shape.Tasks[task].Ways[begun.Way] is not { Settings: { } settings } way) continue;
            for (var need = 0; need < settings.Length; need++)
                if (settings[need] is { } setting && _known.TryGetValue(way.Names[need], out var known) && known.Since <= begun.Since) _known[way.Names[need]] = (setting, begun.Since);
        }
    }

    /// <summary>The instruments that a way brings to another setting than they have, or may have.</summary>
    public IEnumerable<string> ChangedBy(WayShape way) =>
        way.Settings is not { } settings ? [] : way.Names.Where((name, need) => settings[need] is { } setting && _known.TryGetValue(name, out var known) && known.Setting != setting);

    public SchedulingState In(SchedulingState state)
    {
        foreach (var (name, known) in _known)
            if (known.Setting is { } setting && state.Resource(name).Setting != setting) state = state.With(new SchedulingEvent.SetUpEnded(name, setting, new DateTimeOffset(known.Since, TimeSpan.Zero)));
        return state;
    }
}
