using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>Which values rest on a calibration that has run out. Of several of one thing the latest counts.</summary>
internal sealed class CalibrationWatch(ImmutableArray<Calibration> calibrations, TimeProvider clock)
{
    private readonly ImmutableDictionary<string, Calibration> _latest =
        calibrations.GroupBy(calibration => calibration.Of, StringComparer.Ordinal).ToImmutableDictionary(group => group.Key, group => group.MaxBy(calibration => calibration.At)!, StringComparer.Ordinal);

    /// <summary>A value from a device that answers: good, or uncertain where its calibration has run out.</summary>
    public Quality QualityOf(string property) => IsOver(property) ? Quality.Uncertain : Quality.Good;

    /// <summary>A success whose outputs rest on a calibration that has run out carries a warning.</summary>
    public ActionOutcome Judge(string command, ActionOutcome outcome)
    {
        if (outcome.Status != ActionStatus.Succeeded) return outcome;
        var over = outcome.Outputs.Keys.Concat(outcome.Data.Keys).Where(output => IsOver($"{command}.{output}")).ToArray();
        if (over.Length == 0) return outcome;
        var warning = string.Join("; ", over.Select(output => $"the calibration of {output} ran out on {Day(_latest[$"{command}.{output}"])}"));
        return outcome with { Cause = CauseCode.SuccessWithWarnings, Message = outcome.Cause == CauseCode.SuccessWithWarnings ? $"{outcome.Message}; {warning}" : warning };
    }

    private static string Day(Calibration calibration) => calibration.Until!.Value.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private bool IsOver(string subject) => _latest.TryGetValue(subject, out var calibration) && calibration.Until <= clock.GetUtcNow();
}
