using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>One entry of the list <c>Calibrations</c> of an instrument.</summary>
public sealed class CalibrationOptions
{
    /// <summary>A property of the instrument, or an output as <c>command.output</c>.</summary>
    public string Of { get; set; } = "";

    /// <summary>Who did it.</summary>
    public string By { get; set; } = "";

    /// <summary>What it was compared with: a certificate, a standard, a record.</summary>
    public string Reference { get; set; } = "";

    public DateTimeOffset? At { get; set; }

    /// <summary>When it has run out; left out where it does not.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <param name="subjects">What of this instrument can be calibrated.</param>
    /// <returns>What is wrong with it, or null.</returns>
    internal string? Trouble(IReadOnlyCollection<string> subjects)
    {
        if (!subjects.Contains(Of)) return $"Of is '{Of}' and must be one of {string.Join(", ", subjects)}";
        if (string.IsNullOrWhiteSpace(By) || string.IsNullOrWhiteSpace(Reference)) return "By and Reference say who calibrated and with what";
        if (At is not { } at) return "At says when, such as 2026-01-31T12:00:00Z";
        return Until <= at ? "Until must be later than At" : null;
    }

    internal static ImmutableArray<Calibration> Read(IEnumerable<CalibrationOptions> options) => [.. options.Select(one => new Calibration(one.Of, one.By, one.Reference, one.At!.Value, one.Until))];
}
