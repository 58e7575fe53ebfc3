using LabAutomation.Learning.Sessions;

namespace LabAutomation.Lab.Reports;

/// <summary>Everything a report says, in the order in which it says it. HTML, CSV and JSON are made from this alone.</summary>
internal sealed record ReportData
{
    public required string Campaign { get; init; }

    public required string Description { get; init; }

    /// <summary>Such as <c>minimise colour_difference until it reaches 2</c>.</summary>
    public required string Goal { get; init; }

    public required string Verdict { get; init; }

    public required bool Reached { get; init; }

    /// <summary>Whether a result can be good enough before the budget is spent.</summary>
    public required bool CanBeReached { get; init; }

    /// <summary>One, or several that are traded against each other.</summary>
    public required IReadOnlyList<ReportObjective> Objectives { get; init; }

    /// <summary>Limits on what is measured, in words; empty where there are none.</summary>
    public required IReadOnlyList<string> Limits { get; init; }

    /// <summary>What has become known of the space, where that is the goal.</summary>
    public required string? Knowledge { get; init; }

    public required IReadOnlyList<ReportParameter> Parameters { get; init; }

    public required IReadOnlyList<ReportTrial> Trials { get; init; }

    public required ReportRandom? Random { get; init; }

    /// <summary>What the file advises and how far it was borne out; null where it advises nothing.</summary>
    public ReportAdvice? Advice { get; init; }

    /// <summary>Null where there is nothing to diagnose.</summary>
    public ReportDiagnosis? Diagnosis { get; init; }

    public required IReadOnlyList<TimelineSpan> Timeline { get; init; }

    public required string CampaignFile { get; init; }

    public required string CampaignText { get; init; }

    public required IReadOnlyDictionary<string, string> Software { get; init; }

    public required IReadOnlyList<string> Instruments { get; init; }

    /// <summary>The models that took part, with version, device and hash.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    public required string LedgerHead { get; init; }

    public required TimeSpan LabTime { get; init; }

    public ReportObjective Objective => Objectives[0];

    /// <summary>Null where the goal knows no single best.</summary>
    public ReportTrial? Best => Objectives.Count == 1 ? Trials.FirstOrDefault(trial => trial.Stands) : null;
}

/// <param name="Threshold">What ends the campaign: the value that is good enough, or the distance from the target that is near enough.</param>
internal sealed record ReportObjective(string Name, Aim Aim, double? Threshold)
{
    /// <summary>Whether one value is better than another.</summary>
    public bool IsRanked => Aim is Aim.Minimise or Aim.Maximise or Aim.Reach;

    /// <summary>A value that the chart marks: what is good enough, the target, or the level.</summary>
    public double? Mark => Aim switch { Aim.Reach reach => reach.Target, Aim.FindLevel level => level.Threshold, _ => Threshold };
}

/// <param name="Course">How the trust in it went, and how many trials it decided.</param>
/// <param name="Because">Where it comes from; empty where the file does not say.</param>
internal sealed record ReportAdvice(string Course, string Because);

internal sealed record ReportParameter(string Name, string Unit);

/// <param name="Values">As text, in the order of the parameters.</param>
/// <param name="Numbers">The same as numbers, where they are numbers.</param>
/// <param name="Measured">By objective; empty where nothing was measured.</param>
/// <param name="Keeps">Whether all limits are kept.</param>
/// <param name="Stands">Whether it is the best, or one of the best trade-offs.</param>
/// <param name="Failure">Why there is no result.</param>
/// <param name="Colour">Of the sample as a CSS colour, where the analysis found one.</param>
internal sealed record ReportTrial(
    int Number,
    IReadOnlyList<string> Values,
    IReadOnlyList<double?> Numbers,
    IReadOnlyList<double> Measured,
    bool Keeps,
    bool Stands,
    double? Expected,
    double? ExpectedSd,
    IReadOnlyDictionary<string, string> Outputs,
    string? Failure,
    string Reason,
    string? Colour,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt)
{
    /// <summary>Of the first objective.</summary>
    public double? Objective => Measured.Count > 0 ? Measured[0] : null;
}

/// <summary>What random search would have done, according to the model fitted to all trials.</summary>
/// <param name="Band">Best so far after each number of trials: 10, 50 and 90 % quantiles.</param>
/// <param name="ExpectedTrials">Until the goal, where there is a threshold and the model gives it a chance.</param>
/// <param name="Note">What the estimate rests on.</param>
internal sealed record ReportRandom(IReadOnlyList<(int Trial, double Low, double Middle, double High)> Band, double? ExpectedTrials, string Note);
