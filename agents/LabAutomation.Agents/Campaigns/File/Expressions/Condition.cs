namespace LabAutomation.Agents.Campaigns;

/// <summary>What holds, or does not hold, for the values of a trial: <c>cyan + magenta &lt;= 1.6 mL</c>.</summary>
public sealed class Condition
{
    internal Condition(string source, Predicate root, Mark mark) => (Source, Root, Mark) = (source, root, mark);

    /// <summary>As written, without the equals sign.</summary>
    public string Source { get; }

    internal Predicate Root { get; }

    internal Mark Mark { get; }

    public override string ToString() => Source;

    /// <param name="coordinates">Of a point of the campaign's search space.</param>
    internal bool Holds(ReadOnlySpan<double> coordinates) => Root.Holds(coordinates);
}
