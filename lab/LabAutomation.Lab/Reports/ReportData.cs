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

    public required ReportObjective Objective { get; init; }

    public required IReadOnlyList<ReportParameter> Parameters { get; init; }

    public required IReadOnlyList<ReportTrial> Trials { get; init; }

    public required ReportRandom? Random { get; init; }

    /// <summary>Null where there is nothing to diagnose.</summary>
    public ReportDiagnosis? Diagnosis { get; init; }

    public required IReadOnlyList<TimelineSpan> Timeline { get; init; }

    public required string CampaignFile { get; init; }

    public required string CampaignText { get; init; }

    public required IReadOnlyDictionary<string, string> Software { get; init; }

    public required IReadOnlyList<string> Instruments { get; init; }

    public required string LedgerHead { get; init; }

    public required TimeSpan LabTime { get; init; }

    public ReportTrial? Best => Trials.Where(trial => trial.Objective is not null).MinBy(trial => Objective.Minimise ? trial.Objective : -trial.Objective);
}

internal sealed record ReportObjective(string Name, bool Minimise, double? Threshold);

internal sealed record ReportParameter(string Name, string Unit);

/// <param name="Values">As text, in the order of the parameters.</param>
/// <param name="Numbers">The same as numbers, where they are numbers.</param>
/// <param name="Colour">Of the sample as a CSS colour, where the analysis found one.</param>
internal sealed record ReportTrial(
    int Number,
    IReadOnlyList<string> Values,
    IReadOnlyList<double?> Numbers,
    double? Objective,
    double? Expected,
    double? ExpectedSd,
    IReadOnlyDictionary<string, string> Outputs,
    string? Failure,
    string Reason,
    string? Colour,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt);

/// <summary>What random search would have done, according to the model fitted to all trials.</summary>
/// <param name="Band">Best so far after each number of trials: 10, 50 and 90 % quantiles.</param>
/// <param name="ExpectedTrials">Until the goal, where there is a threshold and the model gives it a chance.</param>
/// <param name="Note">What the estimate rests on.</param>
internal sealed record ReportRandom(IReadOnlyList<(int Trial, double Low, double Middle, double High)> Band, double? ExpectedTrials, string Note);
