using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>Points of a space whose rules chance does not meet, as equations and counts are.</summary>
public static class FeasiblePoints
{
    /// <summary>Whether points have to be made, since next to none that is drawn keeps the rules.</summary>
    public static bool AreMade(SearchSpace space) => FeasibleDraw.IsNeeded(space, new UnitCube(space));

    /// <summary>Points that keep the rules, from a sequence that is spread evenly and brought to where they hold.</summary>
    /// <returns>Fewer than asked for where the sequence leads to no more.</returns>
    public static ImmutableArray<Point> Make(SearchSpace space, int count, int seed) => [.. SpaceFilling.Candidates(space, new UnitCube(space), count, seed)];
}
