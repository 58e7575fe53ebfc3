using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>A protocol from the literature with its own figure to reach.</summary>
internal abstract record Published(string Name)
{
    public static readonly Published[] Protocols = [new Arylation(), new CrossedBarrel()];

    public abstract bool IsIn(string folder);

    /// <returns>Whether the figure was reached.</returns>
    public abstract bool Run(BoOptions options);

    /// <summary>Asks and tells until so many rows of a pool are known.</summary>
    /// <returns>The values in the order of the trials.</returns>
    protected static List<double> Campaign(Study study, IReadOnlyDictionary<Point, double> values, string quantity, int trials, int batch)
    {
        var seen = new List<double>();
        while (seen.Count < trials)
        {
            var (next, proposals) = study.Ask(Math.Min(batch, trials - seen.Count));
            study = next;
            foreach (var proposal in proposals)
            {
                seen.Add(values[proposal.Point]);
                study = study.Tell(new TrialReport(proposal.Number, null, System.Collections.Immutable.ImmutableSortedDictionary<string, double>.Empty.Add(quantity, seen[^1]), null));
            }
        }
        return seen;
    }
}
