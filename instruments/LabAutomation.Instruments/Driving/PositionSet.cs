using System.Collections.Immutable;
using System.Globalization;

namespace LabAutomation.Instruments;

/// <summary>Numbered positions at which samples stand, as a setting has them: <c>1, 21-28</c>.</summary>
internal sealed class PositionSet
{
    public const int Highest = 9999;

    private const string Right = "positions from 1 to 9999 such as 21-28 or 1,61,101-200";

    private readonly string _text;

    private PositionSet(string text, ImmutableSortedSet<int> all) => (_text, All) = (text, all);

    public ImmutableSortedSet<int> All { get; }

    /// <param name="fallback">Used where the setting is missing; null makes it obligatory.</param>
    /// <exception cref="DriverSettingsException">The setting is missing, or lists no positions.</exception>
    public static PositionSet Of(DriverSettings settings, string key, string? fallback = null)
    {
        var text = settings.Text(key, given => Read(given) is not null, Right, fallback);
        return new PositionSet(text, Read(text)!);
    }

    /// <returns>Null where a value is none of these positions.</returns>
    public int? Find(double value) => value == Math.Floor(value) && All.Contains((int)value) ? (int)value : null;

    public override string ToString() => _text;

    private static ImmutableSortedSet<int>? Read(string text)
    {
        var all = ImmutableSortedSet.CreateBuilder<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', 2);
            if (Number(ends[0]) is not { } first || Number(ends[^1]) is not { } last || last < first) return null;
            all.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return all.ToImmutable();
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Highest ? number : null;
}
