using System.Collections.Immutable;
using System.Globalization;

namespace LabAutomation.Learning.Advising;

/// <summary>
/// Where somebody, a person or a language model, expects the best to be. It is a preference and never a limit: it makes first trials and
/// promising points there more likely, fades as trials are told, and is dropped as soon as they speak against it.
/// </summary>
/// <param name="Regions">At least one; a point is as preferred as any of them makes it.</param>
public sealed record Advice(ImmutableArray<AdvisedRegion> Regions)
{
    /// <summary>The probability, before any trial, that the advice is worth following; above 0, at most <see cref="MostTrust"/>.</summary>
    public double Trust { get; init; } = 0.8;

    /// <summary>Beyond it trials could hardly speak against the advice any more.</summary>
    public const double MostTrust = 0.95;

    /// <summary>What makes no sense beside a space, and what would; null where all does.</summary>
    public string? Complaint(SearchSpace space)
    {
        if (!(Trust > 0 && Trust <= MostTrust)) return Say($"the trust in advice is {Trust}; it is above 0 and at most {MostTrust}");
        if (Regions.IsDefaultOrEmpty) return "advice has at least one region";
        for (var r = 0; r < Regions.Length; r++)
            if (Regions[r].Complaint(space) is { } complaint) return Say($"advised region {r + 1}: {complaint}");
        return null;
    }

    internal static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A part of the space: points that meet all preferences, and in fading degree those near by.</summary>
/// <param name="Preferences">At least one, each about another dimension; of the others nothing is said.</param>
public sealed record AdvisedRegion(ImmutableArray<Preference> Preferences)
{
    /// <summary>How much it counts beside the other regions; above 0.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The neighbourhood of a point, of which some coordinates are named: the same choices, numbers near by.</summary>
    public static AdvisedRegion About(IReadOnlyDictionary<int, double> coordinates, SearchSpace space) =>
        new([.. coordinates.OrderBy(one => one.Key).Select(one => (Preference)(space.Dimensions[one.Key] is CategoricalDimension or OrdinalDimension or TaskDimension
            ? new PreferredChoices(one.Key, [one.Value]) : new PreferredPlace(one.Key, one.Value)))]);

    internal string? Complaint(SearchSpace space)
    {
        if (!(Weight > 0 && double.IsFinite(Weight))) return Advice.Say($"its weight is {Weight}; it is above 0 and finite");
        if (Preferences.IsDefaultOrEmpty) return "it says nothing; it has at least one preference";
        if (Preferences.GroupBy(one => one.Dimension).FirstOrDefault(group => group.Count() > 1) is { } twice) return $"dimension {twice.Key} is spoken of twice; once is enough";
        foreach (var one in Preferences)
        {
            if (one.Dimension < 0 || one.Dimension >= space.Dimensions.Length) return Advice.Say($"there is no dimension {one.Dimension}; the space has {space.Dimensions.Length}, from 0");
            if (one.Complaint(space.Dimensions[one.Dimension]) is { } complaint) return $"'{space.Dimensions[one.Dimension].Name}' {complaint}";
        }
        return null;
    }
}
