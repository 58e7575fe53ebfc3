namespace LabAutomation.Conformance;

/// <summary>A driver's own states and the ways between them, read from its Mermaid diagram: arrows, states within states, and choices.</summary>
internal sealed class DriverGraph
{
    private const string Outside = "[*]";

    private readonly HashSet<(string From, string To)> _arrows = [];
    private readonly Dictionary<string, string> _outer = new(StringComparer.Ordinal);
    private readonly HashSet<string> _choices = new(StringComparer.Ordinal);

    private DriverGraph(string mermaid)
    {
        string? around = null;
        foreach (var line in mermaid.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var halves = line.Split(" : ")[0].Split("-->", StringSplitOptions.TrimEntries);
            if (halves is [{ Length: > 0 } from, { Length: > 0 } to]) _arrows.Add((from, to));
            else if (line.Split(' ') is ["state", var choice, "<<choice>>"]) _choices.Add(choice);
            else if (line.Split(' ') is ["state", var outer, "{"]) around = outer;
            else if (line == "}") around = null;
            else if (around is not null) _outer[line] = around;
        }
    }

    /// <summary>Where the diagram begins; null where it does not say.</summary>
    public string? Initial => _arrows.Where(arrow => arrow.From == Outside).Select(arrow => arrow.To).FirstOrDefault();

    public IEnumerable<string> States => _arrows.SelectMany(arrow => new[] { arrow.From, arrow.To }).Concat(_outer.Keys).Where(state => state != Outside && !_choices.Contains(state)).Distinct();

    public static DriverGraph Parse(string mermaid) => new(mermaid);

    /// <summary>Whether one arrow leads there, of the state itself or of one around it.</summary>
    public bool Allows(string from, string to) => Targets(from).Any(target => Around(to).Contains(target));

    /// <summary>States to which no arrows lead from the one at which the diagram begins.</summary>
    public IReadOnlyList<string> Unreachable()
    {
        var reached = new HashSet<string>(Initial is { } initial ? Around(initial) : [], StringComparer.Ordinal);
        for (var before = -1; before != reached.Count;)
        {
            before = reached.Count;
            reached.UnionWith(reached.SelectMany(Targets).SelectMany(Around).ToArray());
        }

        return [.. States.Except(reached).Where(state => !_outer.TryGetValue(state, out var outer) || !reached.Contains(outer))];
    }

    private IEnumerable<string> Targets(string from) => Around(from)
        .SelectMany(state => _arrows.Where(arrow => arrow.From == state))
        .SelectMany(arrow => _choices.Contains(arrow.To) ? _arrows.Where(next => next.From == arrow.To) : [arrow])
        .Select(arrow => arrow.To);

    private IEnumerable<string> Around(string state)
    {
        for (var next = state; next is not null; next = _outer.GetValueOrDefault(next)) yield return next;
    }
}
