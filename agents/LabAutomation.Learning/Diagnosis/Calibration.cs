using System.Collections.Immutable;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>A measured value beside what the model expects of it from all the other trials; replicates of a point are left out together.</summary>
/// <param name="Number">Of the trial, from 1, in the order of telling.</param>
/// <param name="Value">As measured, in the unit of the quantity.</param>
/// <param name="Expected">Mean of one measurement, in the unit of the quantity.</param>
/// <param name="Sd">One standard deviation of one measurement: doubt about the surface and noise together.</param>
/// <param name="Low">Lower end of the central 95 % interval of one measurement.</param>
/// <param name="High">Upper end of it.</param>
/// <param name="Z">The standardised residual, in the scale in which the model is normal: above 0 where more was measured than expected.</param>
public sealed record LeftOutTrial(int Number, Point Point, double Value, double Expected, double Sd, double Low, double High, double Z);

/// <summary>How many values lie inside the central interval that should hold a share of them.</summary>
/// <param name="Expected">The share that should, above 0 and below 1.</param>
public sealed record Coverage(double Expected, int Inside, int Count)
{
    /// <summary>The share that does, 0 to 1.</summary>
    public double Share => (double)Inside / Count;
}

/// <summary>Whether the doubt that a model states is the doubt that it should have.</summary>
public enum CalibrationJudgement
{
    /// <summary>There are fewer than eight values.</summary>
    TooFew,

    /// <summary>Nothing speaks against it.</summary>
    Sound,

    /// <summary>More values lie outside its intervals than chance explains.</summary>
    Overconfident,

    /// <summary>More values lie inside its intervals than chance explains.</summary>
    Overcautious,
}

/// <summary>
/// A model judged by values that it has not seen: exact leave-one-out predictions with the hyperparameters of the whole fit. Rasmussen and
/// Williams 2006, equations 5.10 to 5.12; standardised residuals after L. Bastos and A. O'Hagan, "Diagnostics for Gaussian process
/// emulators", Technometrics 51, 2009.
/// </summary>
/// <param name="Trials">Those with values, in the order of telling.</param>
/// <param name="Curve">Coverage at 10, 20 … 90, 95 and 99 %.</param>
/// <param name="Explained">R² of the left-out predictions, 1 − Σ(value − expected)²/Σ(value − mean)²: 1 at best, 0 as good as the mean of all
/// values, below 0 worse; null where values do not differ. Of the values that the model believes as they are.</param>
/// <param name="RankCorrelation">Spearman's, of expected with measured, −1 to 1; null where either does not differ.</param>
/// <param name="Verdict">One sentence for people.</param>
public sealed record Calibration(
    ImmutableArray<LeftOutTrial> Trials, ImmutableArray<Coverage> Curve, double? Explained, double? RankCorrelation,
    CalibrationJudgement Judgement, string Verdict)
{
    /// <summary>Coverage of the central interval of one measurement.</summary>
    /// <param name="share">One of those of <see cref="Curve"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The curve has no such share.</exception>
    public Coverage At(double share) => Curve.FirstOrDefault(one => Math.Abs(one.Expected - share) < 1e-9)
        ?? throw new ArgumentOutOfRangeException(nameof(share), share, $"the curve has {string.Join(", ", Curve.Select(one => one.Expected))}");
}
