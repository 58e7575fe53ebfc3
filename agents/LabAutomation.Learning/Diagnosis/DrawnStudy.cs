using System.Collections.Immutable;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>All measured quantities of a study at some points, drawn jointly many times; noise is not in them.</summary>
/// <param name="Values">By quantity, draw and point; objectives as costs.</param>
internal sealed record DrawnStudy(StudyProblem Problem, Point[] Points, double[][][] Values)
{
    private const int Purpose = 26;

    public int Draws => Values[0].Length;

    public static DrawnStudy Of(StudyProblem problem, StudyModels models, Point[] points, int draws)
    {
        var rows = models.Quantities[0].Encode(points);
        return new DrawnStudy(problem, points, [.. models.Quantities.Select((model, q) => Of(model, rows, draws, models.Seed, q))]);
    }

    /// <summary>Whether all limits on measured quantities hold.</summary>
    public bool Keeps(int draw, int point)
    {
        for (var k = 0; k < Problem.Outcomes.Length; k++)
            if (!Problem.Outcomes[k].Holds(Values[Problem.Objectives.Length + k][draw][point])) return false;
        return true;
    }

    private static double[][] Of(GaussianProcess model, double[] rows, int draws, int seed, int quantity) =>
    [
        .. Shares.Of(model, draws).SelectMany(share => share.Posterior.JointDraws(rows, share.Count, new RandomStream(seed, Purpose, quantity, share.Number)))
            .Select(outputs => outputs.Select(model.Scale.Value).ToArray()),
    ];

    /// <summary>Those that are not likely to fail; the first one always stays.</summary>
    public static Point[] Safe(StudyModels models, Point[] points)
    {
        if (models.Risk is not { } risk) return points;
        var rows = models.Quantities[0].Encode(points);
        return [.. points.Where((_, i) => i == 0 || risk.Success(rows.AsSpan(i * risk.Width, risk.Width)) >= 0.5)];
    }
}
