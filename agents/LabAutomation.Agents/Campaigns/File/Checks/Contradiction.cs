using System.Collections.Immutable;
using LabAutomation.Learning;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Which of several conditions cannot hold together within the bounds.</summary>
internal static class Contradiction
{
    /// <summary>More are not gone through one by one.</summary>
    private const int MostConditions = 50;

    /// <summary>What people are told of it; null where no contradiction can be proved.</summary>
    /// <param name="texts">One for each condition.</param>
    public static string? Of(ImmutableArray<SearchDimension> dimensions, ImmutableArray<Predicate> conditions, IReadOnlyList<string> texts)
    {
        var among = Among(dimensions, conditions);
        return among.Length switch
        {
            0 => null,
            1 => $"'{texts[among[0]]}' holds nowhere within the bounds of the parameters",
            _ => $"{string.Join(" and ", among.Select(k => $"'{texts[k]}'"))} hold nowhere together within the bounds of the parameters",
        };
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
