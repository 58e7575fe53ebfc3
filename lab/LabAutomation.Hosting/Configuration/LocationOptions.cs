using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace LabAutomation.Hosting;

/// <summary>One entry of the list <c>Locations</c>: a place where samples stand.</summary>
public sealed class LocationOptions
{
    public const string Section = "Locations";

    /// <summary>More positions have no use on a bench.</summary>
    private const int MostPositions = 10_000;

    [Required]
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$", ErrorMessage = "the Name of a location is one to 64 letters, digits, '-', '_' or '.'")]
    public string Name { get; set; } = "";

    /// <summary>Numbers, as whatever carries samples knows them: <c>7</c>, <c>21-28</c>, or several with commas. Each takes one sample.</summary>
    [Required]
    public string Positions { get; set; } = "";

    /// <summary>Whether samples leave the lab here, so that it never fills.</summary>
    public bool Outlet { get; set; }

    /// <summary>Null where the text is not a list of numbers.</summary>
    internal IReadOnlyList<int>? Numbers()
    {
        var numbers = new List<int>();
        foreach (var part in Positions.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryRead(ends[0], out var from) || !TryRead(ends[^1], out var to) || to < from || to - from >= MostPositions) return null;
            numbers.AddRange(Enumerable.Range(from, to - from + 1));
        }

        return numbers.Distinct().Count() == numbers.Count ? numbers : null;
    }

    private static bool TryRead(string text, out int number) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
