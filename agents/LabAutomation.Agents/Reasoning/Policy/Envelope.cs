using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What people declared that no campaign may leave, approved or not. Ranges of single commands are the validator's and the drivers'.</summary>
/// <param name="Instruments">That it may use; null for all.</param>
/// <param name="Trials">Most of one campaign; null for any number.</param>
/// <param name="LabTime">Longest of one campaign; null for any, and for one that sets itself no end.</param>
/// <param name="Stock">What one campaign may draw of a consumable, in its unit, or mL that it may ask of an instrument; those not named have no such limit.</param>
public sealed record Envelope(ImmutableArray<string>? Instruments, int? Trials, TimeSpan? LabTime, ImmutableSortedDictionary<string, double> Stock)
{
    /// <summary>SHA-256 of all limits, lower-case hexadecimal: what an approval is bound to.</summary>
    public string Sha256 { get; } = Hash(Instruments, Trials, LabTime, Stock);

    /// <summary>How a campaign leaves it, in words; null where it does not.</summary>
    public string? LeftBy(PlanFacts plan)
    {
        if (Instruments is { } allowed && plan.Instruments.FirstOrDefault(name => !allowed.Contains(name)) is { } stranger)
            return $"'{stranger}' is not among the instruments that campaigns may use ({string.Join(", ", allowed)})";
        if (plan.Trials > Trials) return $"{plan.Trials} trials are more than {Trials}";
        if (LabTime is { } longest && plan.LabTime is null) return FormattableString.Invariant($"the campaign has no 'duration'; it may take {longest.TotalHours} h at most");
        if (LabTime is { } most && plan.LabTime is { } length && length > most) return FormattableString.Invariant($"{length.TotalHours:0.##} h of lab time are more than {most.TotalHours:0.##} h");
        if (Stock.Keys.FirstOrDefault(plan.Uncounted.ContainsKey) is { } uncounted) return $"there is a limit on {uncounted}, and what the campaign may use of it cannot be counted: {plan.Uncounted[uncounted]}";
        foreach (var (consumable, stock) in Stock)
            if (plan.Draws.TryGetValue(consumable, out var drawn) && !(drawn.Value <= stock)) return FormattableString.Invariant($"it would draw up to {drawn.Value:0.##} {drawn.Unit} of {consumable}; its stock is {stock:0.##} {drawn.Unit}");
        foreach (var (instrument, stock) in Stock)
            if (plan.Volumes.TryGetValue(instrument, out var volume) && !(volume <= stock)) return FormattableString.Invariant($"{instrument} would move up to {volume:0.##} mL; its stock is {stock:0.##} mL");
        return null;
    }

    private static string Hash(ImmutableArray<string>? instruments, int? trials, TimeSpan? labTime, ImmutableSortedDictionary<string, double> stock)
    {
        var text = new StringBuilder();
        text.Append(instruments is { } names ? string.Join('\n', names.Order(StringComparer.Ordinal)) : "*").Append('\0').Append(trials).Append('\0').Append(labTime?.Ticks);
        foreach (var (name, volume) in stock) text.Append('\0').Append(name).Append('=').Append(volume.ToString("R", CultureInfo.InvariantCulture));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
