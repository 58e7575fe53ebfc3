using System.Collections.Immutable;
using LabAutomation.Agents.Consumables;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Says of what a person should be asked for more: of what trials wait for, and of what is below its low mark. Each once, until there is more or the trial that waited does no longer.</summary>
internal sealed class RefillWatch(ImmutableArray<Consumable> consumables)
{
    private readonly Dictionary<string, (string Campaign, int Trial)?> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _before = new(StringComparer.Ordinal);
    private DateTimeOffset? _since;

    /// <summary>There is more of something, or less than was thought.</summary>
    public void Supplied()
    {
        _asked.Clear();
        _before.Clear();
        _since = null;
    }

    /// <param name="onHand">By consumable.</param>
    /// <param name="waiting">The trials that wait for one.</param>
    public IEnumerable<RefillRequested> Wanted(ImmutableSortedDictionary<string, double> onHand, IReadOnlyList<ShortTrial> waiting, DateTimeOffset now)
    {
        _since ??= now;
        foreach (var one in consumables)
        {
            // Of what is full nothing can be brought, whoever waits: what is reserved for others has to be drawn first.
            if (!onHand.TryGetValue(one.Name, out var left) || left >= one.Capacity) continue;
            _before.TryAdd(one.Name, left);
            var first = waiting.FirstOrDefault(trial => trial.Consumable == one.Name);
            if ((first is null && left >= one.Low) || (_asked.TryGetValue(one.Name, out var asked) && (first is null || waiting.Any(trial => trial.Consumable == one.Name && (trial.Campaign, trial.Trial) == asked)))) continue;
            _asked[one.Name] = first is null ? null : (first.Campaign, first.Trial);
            yield return first is null
                ? new RefillRequested(one.Name, one.Of(one.Capacity - left), false, FormattableString.Invariant($"{left:0.####} {one.Unit} are left, and its low mark is {one.Low:0.####} {one.Unit}"), Out(one.Name, left, now))
                : new RefillRequested(one.Name, one.Of(one.Capacity - left), true, $"trial {first.Trial} of {first.Campaign} waits for it: {Words(one, first)}", now);
        }
    }

    public string Words(ShortTrial waits) => Words(consumables.First(one => one.Name == waits.Consumable), waits);

    private static string Words(Consumable one, ShortTrial waits) => FormattableString.Invariant($"it is to draw {waits.Wants:0.####} {one.Unit}, and {waits.Left:0.####} {one.Unit} are left for it");

    /// <summary>When there will be none, at the rate since something was supplied.</summary>
    private DateTimeOffset? Out(string consumable, double left, DateTimeOffset now)
    {
        var drawn = _before[consumable] - left;
        return drawn > 0 && now > _since ? now + ((now - _since.Value) * Math.Min(left / drawn, 1e4)) : null;
    }
}
