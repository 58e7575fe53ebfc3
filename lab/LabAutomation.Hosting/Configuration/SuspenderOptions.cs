using System.ComponentModel.DataAnnotations;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>One entry of the list <c>Suspenders</c>: a band in which a property must be for every campaign of the lab.</summary>
public sealed class SuspenderOptions
{
    public const string Section = "Suspenders";

    /// <summary>Its name in <c>Instruments</c>, or a role; where several play it, each must be in the band.</summary>
    [Required(ErrorMessage = "Instrument says whose property it is")]
    public string Instrument { get; set; } = "";

    [Required(ErrorMessage = "Property says which; 'lab instruments' lists them")]
    public string Property { get; set; } = "";

    /// <summary>With its unit, such as <c>18 °C</c>; this end, the other, or both.</summary>
    public string? Low { get; set; }

    public string? High { get; set; }

    /// <summary>Seconds of lab time for which it must have been back before campaigns go on.</summary>
    [Range(0.0, 604_800.0, ErrorMessage = "For is 0 to 604800 s")]
    public double For { get; set; } = 300;

    internal Suspender ToSuspender() => new(Instrument, Property, Amount(Low), Amount(High), TimeSpan.FromSeconds(For));

    /// <summary>What is wrong with the band; null where nothing is.</summary>
    internal string? Trouble()
    {
        if (Low is null && High is null) return "nothing can leave a band without ends; give it Low, High or both";
        foreach (var (key, text) in new[] { (nameof(Low), Low), (nameof(High), High) })
            if (text is not null && !Quantity.TryParse(text, out _)) return $"{key} is '{text}', and should be an amount with its unit, such as 18 °C";
        if (Amount(Low) is not { } low || Amount(High) is not { } high) return null;
        if (!low.Unit.Fits(high.Unit)) return $"Low is in {low.Unit} and High in {high.Unit}, and both measure the same thing";
        return high.In(low.Unit) > low.Value ? null : $"High ({high}) is not above Low ({low})";
    }

    private static Quantity? Amount(string? text) => text is not null && Quantity.TryParse(text, out var amount) ? amount : null;
}
