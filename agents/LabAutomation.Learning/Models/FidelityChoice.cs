using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning;

/// <summary>
/// How good a measurement is worth its price: the fidelity that takes most variance from the value at the highest one, per cost. The place is
/// chosen first, as in K. Kandasamy et al., "Multi-fidelity Bayesian optimisation with continuous approximations", ICML 2017.
/// </summary>
internal static class FidelityChoice
{
    /// <param name="point">At the highest fidelity.</param>
    /// <returns>The point at the fidelity chosen; itself where there are no fidelities.</returns>
    public static Point For(StudyModels models, Point point)
    {
        var space = models.Log.Space;
        for (var d = 0; d < space.Dimensions.Length; d++)
            if (space.Dimensions[d] is FidelityDimension fidelity && space.Held.ContainsKey(d)) point = For(models.Quantities[0], models.Log, point, d, fidelity);
        return point;
    }

    private static Point For(GaussianProcess model, TrialLog log, Point point, int dimension, FidelityDimension fidelity)
    {
        Point[] choices = [.. fidelity.Values.Select(value => log.Space.Settled(new Point(point.Coordinates.SetItem(dimension, value))))];
        var rows = model.Encode(choices);
        var (width, variances) = (model.Cube.Width, new double[choices.Length]);
        model.Posterior.Predict(rows, new double[choices.Length], variances);
        var covariance = model.Posterior.CovarianceWith(model.Encode([point]));
        Span<double> shared = stackalloc double[1];
        var (best, most) = (choices.Length - 1, 0.0);
        for (var k = choices.Length - 1; k >= 0; k--)
        {
            // The point at the highest fidelity was chosen because it is new; at another one it may not be.
            if (k < choices.Length - 1 && (log.IsTried(choices[k]) || !IsAllowed(log.Space.Holding(dimension, fidelity.Values[k]), choices[k]))) continue;
            covariance.At(rows.AsSpan(k * width, width), shared);
            var gain = shared[0] * shared[0] / (variances[k] + model.Noise) / fidelity.Costs[k];
            if (gain > most) (best, most) = (k, gain);
        }
        return best == choices.Length - 1 ? point : choices[best];
    }

    /// <summary>Whether the place keeps the rules at another fidelity, too, and is a candidate where there are such.</summary>
    private static bool IsAllowed(SearchSpace there, Point point) => there.IsFeasible(point) && there.IsRow(point);
}
