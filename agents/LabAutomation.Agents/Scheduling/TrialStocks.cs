using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>What trials draw, kept from one plan to the next. Not thread-safe.</summary>
internal sealed class TrialStocks
{
    private readonly KeptByJob<TrialStock> _known = new();
    private Dictionary<string, int> _counted = new(StringComparer.Ordinal);

    /// <summary>So many ways were shut by the last plan: there will be about as many again.</summary>
    public int Shut { get; set; }

    /// <summary>So many steps had a choice.</summary>
    public int Chosen { get; set; }

    /// <summary>What is counted, by index.</summary>
    public ImmutableArray<string> Names { get; private set; } = [];

    /// <summary>The next plan.</summary>
    /// <param name="counted">The consumables that are counted.</param>
    public void Begin(IEnumerable<string> counted)
    {
        _known.Begin();
        ImmutableArray<string> names = [.. counted.Order(StringComparer.Ordinal)];
        if (names.AsSpan().SequenceEqual(Names.AsSpan())) return;
        (Names, _counted) = (names, names.Select((name, k) => (name, k)).ToDictionary(one => one.name, one => one.k, StringComparer.Ordinal));
        _known.Clear();
    }

    public TrialStock Of(TrialWork work, JobShape shape)
    {
        var before = _known.Of(shape.Job.Name);
        return _known.Keep(shape.Job.Name, before is not null && before.IsOf(work, shape) ? before : new TrialStock(work, shape, _counted, before));
    }
}
