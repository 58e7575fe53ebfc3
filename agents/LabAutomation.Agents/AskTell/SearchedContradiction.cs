using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;

namespace LabAutomation.Agents.AskTell;

/// <summary>Which constraints, mixtures and counts leave nothing together, as far as a search finds, where it cannot be proved: each is left out in turn.</summary>
internal static class SearchedContradiction
{
    /// <summary>Each costs a search.</summary>
    private const int MostRules = 8;

    /// <param name="written">The constraints.</param>
    /// <param name="held">Coordinates that are given, by the numbers of the parameters.</param>
    /// <returns>What people are told of it; null where there are too many to be left out in turn.</returns>
    public static string? Of(ImmutableArray<(string Text, Predicate Condition)> written, SpaceRules rules, ImmutableArray<SearchDimension> dimensions, ImmutableDictionary<int, double> held)
    {
        LinearConstraint[] mixtures = [.. rules.Linear.Where(constraint => constraint.IsMixture)];
        string[] texts =
        [
            .. written.Select(pair => pair.Text), .. mixtures.Select(mixture => ConstraintReader.Said(mixture, dimensions)),
            .. rules.Counts.Select(count => ConstraintReader.Said(count, dimensions)),
        ];
        if (texts.Length is 0 or > MostRules) return null;
        ImmutableArray<int> among = [.. Enumerable.Range(0, texts.Length)];
        foreach (var k in Enumerable.Range(0, texts.Length))
            if (among.Length > 1 && !IsPossible(among.Remove(k))) among = among.Remove(k);
        return $"no point was found where {string.Join(" and ", among.Select(k => $"'{texts[k]}'"))} {(among.Length == 1 ? "holds" : "hold together")}";

        bool IsPossible(ImmutableArray<int> some)
        {
            var constraints = Constraints.Of([.. written.Where((_, k) => some.Contains(k)).Select(pair => pair.Condition)], dimensions, rules);
            var space = new SearchSpace(dimensions, constraints.Condition, rules: rules with
            {
                Linear = [.. constraints.Linear, .. mixtures.Where((_, k) => some.Contains(written.Length + k))],
                Nonlinear = constraints.Nonlinear,
                Counts = [.. rules.Counts.Where((_, k) => some.Contains(written.Length + mixtures.Length + k))],
            });
            return Feasibility.IsPossible(held.Aggregate(space, (sofar, pair) => sofar.Holding(pair.Key, pair.Value)));
        }
    }
}
