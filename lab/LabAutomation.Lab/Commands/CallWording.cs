using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LabAutomation.Lab.Commands;

/// <summary>What the reader of JSON complains of, in words for who wrote the line.</summary>
internal static partial class CallWording
{
    public static string Of(JsonException error)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"this line is no JSON object: at byte {(error.BytePositionInLine ?? 0) + 1}");
        var told = Place().Replace(error.Message, "");
        if (Twice().Match(told) is { Success: true } twice) return $"{twice.Groups[1].Value} stands for the second time, and each name stands once";
        if (told.StartsWith("The maximum configured depth", StringComparison.Ordinal)) return $"{place} it goes deeper than a call does";
        if (told.StartsWith("Expected depth to be zero", StringComparison.Ordinal) || told.StartsWith("Expected end of string", StringComparison.Ordinal)) return $"{place} it ends before what was opened is closed";
        if (told.Contains("after a single JSON value", StringComparison.Ordinal)) return $"{place} more comes after its end; each call has a line of its own";
        if (told.StartsWith("'N' is an invalid start", StringComparison.Ordinal) || told.StartsWith("'I' is an invalid start", StringComparison.Ordinal)) return $"{place} there is no value; NaN and infinity are none in JSON, and no model takes them";
        return Start().Match(told) is { Success: true } start ? $"{place} {start.Groups[1].Value} stands where a value is wanted" : $"{place} {char.ToLowerInvariant(told[0])}{told[1..].TrimEnd('.')}";
    }

    [GeneratedRegex(@" (Path: .* \| )?LineNumber: \d+ \| BytePositionInLine: \d+\.$")]
    private static partial Regex Place();

    [GeneratedRegex("^Duplicate property ('.*')")]
    private static partial Regex Twice();

    [GeneratedRegex("^('.+') is an invalid start of a value")]
    private static partial Regex Start();
}
