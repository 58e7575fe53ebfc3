using System.Globalization;

namespace LabAutomation.Simulators.Synthesis;

/// <summary>Positions as they are set at a device: <c>1, 21-28</c>.</summary>
internal static class PositionText
{
    private const int Highest = 9999;

    /// <summary>In rising order; what cannot be read is left to the driver, which refuses it.</summary>
    public static IReadOnlyList<int> Read(string text)
    {
        var positions = new SortedSet<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-', 2);
            if (Number(ends[0]) is { } first && Number(ends[^1]) is { } last) positions.UnionWith(Enumerable.Range(first, Math.Max(0, last - first + 1)));
        }

        return [.. positions];
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Highest ? number : null;
}
