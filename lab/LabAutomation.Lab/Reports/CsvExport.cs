using System.Globalization;
using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Lab.Reports;

/// <summary>One row a trial (RFC 4180). Units stand in the header, so that the columns are numbers.</summary>
internal static class CsvExport
{
    public static string Of(CampaignState state)
    {
        var measured = state.Trials.Select(trial => trial.Given).OfType<TrialOutcome.Measured>().SelectMany(outcome => outcome.Outputs).ToArray();
        var names = state.Plan.Parameters.Select(parameter => parameter.Name).Concat(measured.Select(output => output.Key)).ToHashSet(StringComparer.Ordinal);
        var known = measured.Where(output => output.Value.Sd is not null && !names.Contains(CampaignStudy.Deviation(output.Key))).Select(output => output.Key).ToHashSet(StringComparer.Ordinal);
        var outputs = measured.DistinctBy(output => output.Key).OrderBy(output => output.Key, StringComparer.Ordinal)
            .Select(output => (output.Key, output.Value.Unit.Symbol, HasSd: known.Contains(output.Key))).ToArray();
        var hasStations = state.Trials.Any(trial => trial.Station is not null);
        string[] Stationed(string? cell) => hasStations ? [cell ?? ""] : [];
        string[] header =
        [
            "trial", .. Stationed("station"), .. state.Plan.Parameters.Select(parameter => Named(parameter.Name, parameter.Unit.Symbol)),
            .. outputs.SelectMany(output => Both(output.HasSd, Named(output.Key, output.Symbol), Named(CampaignStudy.Deviation(output.Key), output.Symbol))), "status", "failed", "started_at", "ended_at",
        ];
        return Row(header) + string.Concat(state.Trials.Select(trial => Row(
        [
            trial.Number.ToString(CultureInfo.InvariantCulture), .. Stationed(trial.Station), .. trial.Values.Select(value => value.Value.ToBareText()),
            .. outputs.SelectMany(output => trial.Given?.Outputs.TryGetValue(output.Key, out var value) == true ? Both(output.HasSd, Full(value.Value), Full(value.Sd)) : Both(output.HasSd, "", "")),
            Status(trial), Why(trial.Outcome), Time(trial.StartedAt), trial.EndedAt is { } ended ? Time(ended) : "",
        ])));
    }

    /// <summary>A value, and its standard deviation where the column has one.</summary>
    private static string[] Both(bool hasSd, string value, string sd) => hasSd ? [value, sd] : [value];

    private static string Full(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    internal static string Named(string name, string unit) => unit is "" or "1" ? name : $"{name} ({unit})";

    /// <summary>One whose result is known is measured, also while it cleans up: then it has no end yet.</summary>
    private static string Status(TrialState trial) => (trial.Given ?? trial.Outcome) switch
    {
        TrialOutcome.Measured => "measured",
        TrialOutcome.Failed => "failed",
        TrialOutcome.Abandoned => "abandoned",
        _ => "running",
    };

    private static string Why(TrialOutcome? outcome) => outcome switch
    {
        TrialOutcome.Failed failed => failed.Reason,
        TrialOutcome.Abandoned abandoned => abandoned.Reason,
        _ => "",
    };

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    internal static string Row(IEnumerable<string> cells) => string.Join(',', cells.Select(Quote)) + "\r\n";

    private static string Quote(string cell) => cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
