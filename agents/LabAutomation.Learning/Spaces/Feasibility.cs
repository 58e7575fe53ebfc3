namespace LabAutomation.Learning;

/// <summary>Whether a space has any point at all.</summary>
public static class Feasibility
{
    /// <summary>Finite spaces up to this size are searched from end to end.</summary>
    private const long Searchable = 1L << 20;

    /// <summary>
    /// Whether a point is found that keeps the rules and meets the condition. Of a finite space up to a million points the answer is certain;
    /// of others, that many starts led to none.
    /// </summary>
    public static bool IsPossible(SearchSpace space)
    {
        if (Catalogue.Of(space) is not { Count: <= Searchable } all) return SpaceFilling.Candidates(space, new UnitCube(space), count: 1, seed: 1).Count > 0;
        for (var number = 0L; number < all.Count; number++)
            if (space.IsFeasible(all[number])) return true;
        return false;
    }
}
