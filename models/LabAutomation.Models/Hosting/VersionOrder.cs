using System.Globalization;

namespace LabAutomation.Models;

/// <summary>Versions in ascending order: parts between dots by their number where both are numbers, by their letters otherwise.</summary>
internal sealed class VersionOrder : IComparer<string>
{
    public static readonly VersionOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = ((x ?? "").Split('.'), (y ?? "").Split('.'));
        for (var k = 0; k < Math.Min(left.Length, right.Length); k++)
        {
            var order = int.TryParse(left[k], CultureInfo.InvariantCulture, out var a) && int.TryParse(right[k], CultureInfo.InvariantCulture, out var b)
                ? a.CompareTo(b)
                : string.CompareOrdinal(left[k], right[k]);
            if (order != 0) return order;
        }

        return left.Length.CompareTo(right.Length);
    }
}
