using System.Collections.Immutable;
using LabAutomation.Learning;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Which of several conditions cannot hold together within the bounds.</summary>
internal static class Contradiction
{
    /// <summary>More are not gone through one by one.</summary>
    private const int MostConditions = 50;

    /// <summary>Whole numbers with more values are as good as continuous.</summary>
    private const int MostValues = 10_000;

    /// <summary>What people are told of it; null where no contradiction can be proved.</summary>
    /// <param name="texts">One for each condition.</param>
    public static string? Of(ImmutableArray<SearchDimension> dimensions, ImmutableArray<Predicate> conditions, IReadOnlyList<string> texts)
    {
        // After what a person wrote, so that it is named only where nothing can be proved without it.
        var listed = conditions.Length < MostConditions ? OfValues(dimensions).Take(MostConditions - conditions.Length).ToArray() : [];
        string[] named = [.. texts.Select(text => $"'{text}'"), .. listed.Select(one => one.Text)];
        var among = Among(dimensions, [.. conditions, .. listed.Select(one => one.Condition)]);
        return among.Length switch
        {
            0 => null,
            1 => $"{named[among[0]]} holds nowhere within the bounds of the parameters",
            _ => $"{string.Join(" and ", among.Select(k => named[k]))} hold nowhere together within the bounds of the parameters",
        };
    }

    /// <summary>That whole and listed numbers have the values that they have.</summary>
    private static IEnumerable<(string Text, Predicate Condition)> OfValues(ImmutableArray<SearchDimension> dimensions)
    {
        for (var d = 0; d < dimensions.Length; d++)
        {
            if (dimensions[d] is IntegerDimension integer && (long)integer.High - integer.Low < MostValues)
                yield return ($"that '{integer.Name}' is a whole number", new Listed(d, [.. Enumerable.Range(integer.Low, integer.High - integer.Low + 1).Select(value => (double)value)]));
            if (dimensions[d] is DiscreteDimension discrete)
                yield return ($"that '{discrete.Name}' is one of its values", new Listed(d, discrete.Values));
        }
    }

    /// <summary>The numbers of conditions of which none could be left out; empty where nothing is proved.</summary>
    public static ImmutableArray<int> Among(ImmutableArray<SearchDimension> dimensions, ImmutableArray<Predicate> conditions)
    {
        ImmutableArray<int> among = [.. Enumerable.Range(0, conditions.Length)];
        if (conditions.Length is 0 or > MostConditions || !AreContradictory(among)) return [];
        foreach (var k in Enumerable.Range(0, conditions.Length))
            if (AreContradictory(among.Remove(k))) among = among.Remove(k);
        return among;

        bool AreContradictory(ImmutableArray<int> some) => new ExtentSearch(dimensions, [.. some.Select(k => conditions[k])]).IsEmpty;
    }
}
