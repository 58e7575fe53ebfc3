using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>
/// Logarithm of the probability that a trial does not fail, as a factor of what it is worth. Below what is wanted it falls much faster:
/// what a known surface still promises is least where all is known and greatest at the edge of what fails, so a mere factor would spend
/// one trial after another beyond the edge.
/// </summary>
/// <param name="wanted">The probability below which it falls faster, see <see cref="Wanted"/>.</param>
/// <param name="isListed">
/// Whether the space is a list of points. There what is left may promise nothing to any number of digits, and no factor would be steep enough:
/// a point likelier to fail than to succeed is left until no other is open.
/// </param>
/// <param name="isSifting">Whether the most probable odds alone count, which takes a fraction of the time.</param>
internal sealed class Success(FailureRisk risk, double wanted, bool isListed = false, bool isSifting = false) : IAcquisition
{
    private const double UsualOdds = 3, Steepness = 50;
    private const int Near = 10;
    private const double Even = 0.5;

    /// <summary>Beyond the logarithm of any improvement, with digits left to tell two of them apart.</summary>
    private const double Aside = 1e14;

    public int Width => risk.Width;

    public IAcquisition Leading => new Success(risk, wanted, isListed, isSifting: true);

    /// <summary>The logarithm of the probability and nothing else, for people.</summary>
    public static Success Plain(FailureRisk risk) => new(risk, wanted: 0);

    /// <summary>
    /// Three in four; more where more than one in four failed of the ten trials nearest to the best, since the odds are then better in the model
    /// than they are. It does not depend on the order of telling.
    /// </summary>
    /// <param name="best">Where the best was measured; without any, all trials are as near.</param>
    public static double Wanted(UnitCube cube, IReadOnlyList<Observation> history, IReadOnlyList<Point> best)
    {
        var (rows, row) = (best.Select(point => Encoded(cube, point, new double[cube.Width])).ToArray(), new double[cube.Width]);
        var nearest = history.Select(trial => (Distance: Distance(Encoded(cube, trial.Point, row)), IsFailed: trial.Value is null)).Order().Take(Near);
        var failed = nearest.Count(trial => trial.IsFailed) / (double)Near;
        var odds = UsualOdds * Math.Pow(Math.Max(1, failed * (1 + UsualOdds)), 4);
        return odds / (1 + odds);

        double Distance(double[] from) => rows.Select(to => TensorPrimitives.Distance<double>(from, to)).DefaultIfEmpty(0).Min();
    }

    private static double[] Encoded(UnitCube cube, Point point, double[] row)
    {
        cube.Encode(point, row);
        return row;
    }

    public void Score(ReadOnlySpan<double> rows, Span<double> scores)
    {
        risk.Success(rows, scores, !isSifting);
        for (var i = 0; i < scores.Length; i++) scores[i] = Worth(scores[i]);
    }

    public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
    {
        var chance = risk.SuccessWithSlopes(row, slope);
        if (chance < wanted) for (var c = 0; c < slope.Length; c++) slope[c] *= 1 + Steepness * risk.Support;
        return Worth(chance);
    }

    private double Worth(double chance) => (isListed && chance < Even ? -Aside : 0) + Math.Log(chance) + Steepness * risk.Support * Math.Min(0, Math.Log(chance / wanted));
}
