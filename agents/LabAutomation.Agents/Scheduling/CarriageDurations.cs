using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Scheduling;

/// <summary>How long each carrier takes for a carriage: as the lab says until the ledger knows, and from then on as it was seen. Not thread-safe.</summary>
internal sealed class CarriageDurations
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, TimeOnTop> _seen = new(StringComparer.Ordinal);
    private readonly LabStations _lab;

    public CarriageDurations(LabStations lab)
    {
        _lab = lab;
        foreach (var (carrier, command, _, _) in lab.Transports)
            if (lab.Learnt.OnTop(lab.Instruments.FirstOrDefault(instrument => instrument.Name == carrier)?.Role ?? carrier, command) is { } seen) _seen[carrier] = seen;
        Known = Seen();
    }

    /// <summary>By carrier, ticks; of those that are missing nothing was seen.</summary>
    public ImmutableDictionary<string, (long Expected, long Longest)> Known { get; private set; }

    public void Learn(SchedulerMessage.Concluded ended)
    {
        if (!ended.IsCarriage || ended.Result.Status != ActionStatus.Succeeded) return;
        var took = ended.Result.EndedAt - ended.Result.StartedAt;
        if (!By(ended.Instrument).Tells(took)) return;
        _seen[ended.Instrument] = _seen.GetValueOrDefault(ended.Instrument).With(took.Ticks);
        Known = Seen();
    }

    /// <summary>What a carriage is expected to take.</summary>
    public TimeSpan Of(string carrier) => Known.TryGetValue(carrier, out var known) ? TimeSpan.FromTicks(known.Expected) : By(carrier).Duration;

    private Transport By(string carrier) => _lab.Transports.First(transport => transport.Instrument == carrier);

    private ImmutableDictionary<string, (long Expected, long Longest)> Seen() => _seen.ToImmutableDictionary(
        one => one.Key, one => (Math.Max(Least.Ticks, one.Value.Expected.Ticks), Math.Max(Least.Ticks, one.Value.Longest.Ticks)), StringComparer.Ordinal);
}
