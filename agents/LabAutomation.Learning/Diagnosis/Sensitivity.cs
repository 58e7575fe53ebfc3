using System.Collections.Immutable;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Makes an <see cref="Importance"/> of a fitted model.</summary>
internal static class Sensitivity
{
    private const int Spread = 2048, DrawSpread = 256, Draws = 24, DrawPurpose = 23;

    public static Importance Of(GaussianProcess model, int seed)
    {
        var design = SensitivityDesign.Of(model.Space, model.Cube, Spread, seed);
        var (first, total, sd) = design.Indices(Values(model, model.Posterior.Means(model.Encode(design.Points))), Range(model));
        var drawn = Drawn(model, seed);
        return new Importance(
            [
                .. design.Dimensions.Select((d, k) => new ParameterImportance(model.Space.Dimensions[d].Name, first[k], total[k],
                    Math.Min(first[k], Quantile(drawn.Select(one => one.First[k]), 0.1)), Math.Max(first[k], Quantile(drawn.Select(one => one.First[k]), 0.9)),
                    Math.Min(total[k], Quantile(drawn.Select(one => one.Total[k]), 0.1)), Math.Max(total[k], Quantile(drawn.Select(one => one.Total[k]), 0.9)))),
            ], sd);
    }

    /// <summary>Indices of surfaces drawn from all members of the model, each with as many as it weighs.</summary>
    private static List<(double[] First, double[] Total)> Drawn(GaussianProcess model, int seed)
    {
        var design = SensitivityDesign.Of(model.Space, model.Cube, DrawSpread, seed);
        var rows = model.Encode(design.Points);
        var drawn = new List<(double[], double[])>();
        foreach (var (posterior, count, number) in Shares.Of(model, Draws))
            foreach (var outputs in posterior.PathDraws(rows, count, new RandomStream(seed, DrawPurpose, number)))
            {
                var (first, total, _) = design.Indices(Values(model, outputs), Range(model));
                drawn.Add((first, total));
            }
        return drawn;
    }

    /// <summary>Of values that were measured; where they are all the same, their size.</summary>
    private static double Range(GaussianProcess model)
    {
        var (least, most) = (model.Observations.Min(one => one.Value!.Value), model.Observations.Max(one => one.Value!.Value));
        return most > least ? most - least : Math.Abs(most);
    }

    /// <summary>
    /// Outputs as values, so that a variance is one of the quantity; beyond what was measured by its range again a path means nothing, and a
    /// warp would blow it up.
    /// </summary>
    private static double[] Values(GaussianProcess model, double[] outputs)
    {
        var known = model.Posterior.Outputs;
        var (low, high) = (known.Min(), known.Max());
        var range = Math.Max(high - low, 1);
        return [.. outputs.Select(output => model.Scale.Believed(Math.Clamp(output, low - range, high + range)))];
    }

    private static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[^1];
    }
}

/// <summary>Draws divided among the members of a model by their weights.</summary>
internal static class Shares
{
    public static IEnumerable<(Posterior Posterior, int Count, int Number)> Of(GaussianProcess model, int draws)
    {
        var total = model.Members.Sum(member => member.Weight);
        var (given, sum) = (0, 0.0);
        for (var k = 0; k < model.Members.Length; k++)
        {
            sum += model.Members[k].Weight;
            var upTo = (int)Math.Round(draws * sum / total);
            if (upTo > given) yield return (model.Members[k].Posterior, upTo - given, k);
            given = upTo;
        }
    }
}
