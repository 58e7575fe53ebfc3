using System.Collections.Immutable;
using System.Globalization;

namespace LabAutomation.Instruments;

/// <summary>Which driver family an instrument has, and its settings as they stand in the lab's file.</summary>
public sealed record DriverSettings(string Family, ImmutableSortedDictionary<string, string> Values)
{
    /// <exception cref="DriverSettingsException">A setting is there that the family does not know.</exception>
    public void AllowOnly(params string[] keys)
    {
        if (Values.Keys.FirstOrDefault(key => !keys.Contains(key)) is not { } unknown) return;
        var known = keys.Length == 0 ? "it has none" : $"known are {string.Join(", ", keys)}";
        throw new DriverSettingsException($"driver '{Family}' has no setting '{unknown}'; {known}");
    }

    /// <param name="fallback">Used where the setting is missing; null makes it obligatory.</param>
    /// <exception cref="DriverSettingsException">The setting is missing, not a number, or out of range.</exception>
    public double Number(string key, double low, double high, double? fallback = null)
    {
        if (!Values.TryGetValue(key, out var text))
            return fallback ?? throw new DriverSettingsException(Invariant($"driver '{Family}' needs the setting '{key}': a number from {low} to {high}"));
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high
            ? value
            : throw new DriverSettingsException(Invariant($"driver '{Family}': setting '{key}' is '{text}' and must be a number from {low} to {high}"));
    }

    /// <inheritdoc cref="Number"/>
    public int Whole(string key, int low, int high, int? fallback = null)
    {
        var value = Number(key, low, high, fallback);
        return value == Math.Floor(value) ? (int)value : throw new DriverSettingsException($"driver '{Family}': setting '{key}' is '{Values[key]}' and must be a whole number");
    }

    /// <param name="fallback">Used where the setting is missing; null makes it obligatory.</param>
    /// <param name="isRight">Whether a text can be such a setting.</param>
    /// <param name="right">What would be right, for the message.</param>
    /// <exception cref="DriverSettingsException">The setting is missing, or is none of what it can be.</exception>
    public string Text(string key, Func<string, bool> isRight, string right, string? fallback = null)
    {
        if (!Values.TryGetValue(key, out var text)) return fallback ?? throw new DriverSettingsException($"driver '{Family}' needs the setting '{key}': {right}");
        return isRight(text) ? text : throw new DriverSettingsException($"driver '{Family}': setting '{key}' is '{text}' and must be {right}");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>The lab's file says something about a driver that cannot be.</summary>
public sealed class DriverSettingsException(string message) : Exception(message);
