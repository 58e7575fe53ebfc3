using System.Globalization;
using LabAutomation.Models;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>Between which bounds a network's scores lie on usual frames, so that others are told from the first one on. A card has them under its provenance.</summary>
/// <param name="Doubt">Lowest and highest of <see cref="Agreement.Doubt"/>; null where nothing is known of it.</param>
/// <param name="Times">Likewise of <see cref="Agreement.Times"/>.</param>
internal sealed record UsualScores((double Low, double High)? Doubt, (double Low, double High)? Times)
{
    /// <summary>Peaks of the classical rule over which the bounds are taken, and over which at least scores are held against them.</summary>
    public const int Block = 32;

    /// <returns>Null where the card says nothing of it.</returns>
    public static UsualScores? Of(ModelCard card)
    {
        (double, double)? Bounds(string of) => card.Provenance.Usual?.GetValueOrDefault(of) is [var low, var high] ? (low, high) : null;
        var said = new UsualScores(Bounds("doubt"), Bounds("times"));
        return said is { Doubt: null, Times: null } ? null : said;
    }

    /// <summary>Bounds within which both lie.</summary>
    /// <param name="before">Null where the other is the first.</param>
    public static UsualScores Joined(UsualScores? before, UsualScores other)
    {
        static (double, double)? Wider((double Low, double High)? one, (double Low, double High)? two) => one is { } a && two is { } b ? (Math.Min(a.Low, b.Low), Math.Max(a.High, b.High)) : one ?? two;
        return new UsualScores(Wider(before?.Doubt, other.Doubt), Wider(before?.Times, other.Times));
    }

    /// <summary>Those of a single block.</summary>
    public static UsualScores Of(Agreement block) => new((block.Doubt, block.Doubt), (block.Times, block.Times));

    /// <returns>What is not usual of them, in words; null where all is.</returns>
    public string? Strange(Agreement seen)
    {
        if (Doubt is { } doubt && !IsWithin(seen.Doubt, doubt)) return string.Create(CultureInfo.InvariantCulture, $"its doubt of the classical finder's peaks is {seen.Doubt:0.000}, and usual is {doubt.Low:0.000} to {doubt.High:0.000}");
        return Times is { } times && !IsWithin(seen.Times, times) ? string.Create(CultureInfo.InvariantCulture, $"it sees {seen.Times:0.00} times as many peaks as the classical finder, and usual is {times.Low:0.00} to {times.High:0.00}") : null;
    }

    /// <summary>As it stands in a card.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"usual: {{ doubt: [{Doubt?.Low:0.###}, {Doubt?.High:0.###}], times: [{Times?.Low:0.##}, {Times?.High:0.##}] }}");

    private static bool IsWithin(double value, (double Low, double High) bounds) => value >= bounds.Low && value <= bounds.High;
}
