namespace LabAutomation.Agents.Campaigns;

/// <summary>What someone who mistyped a name probably meant.</summary>
internal static class NearestName
{
    /// <summary>"did you mean 'stirrer'?" where a name is near, otherwise all names there are.</summary>
    public static string? Hint(string name, IEnumerable<string> known, string what)
    {
        var names = known.Distinct(StringComparer.Ordinal).ToArray();
        if (Of(name, names) is { } near) return $"did you mean '{near}'?";
        return names.Length == 0 ? null : $"{what}: {string.Join(", ", names)}";
    }

    /// <summary>The name that needs the fewest changes, at most a third of its letters.</summary>
    public static string? Of(string name, IEnumerable<string> known) => known
        .Select(candidate => (Name: candidate, Changes: Changes(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
        .Where(near => near.Changes <= Math.Max(1, Math.Max(name.Length, near.Name.Length) / 3) && near.Changes < near.Name.Length)
        .OrderBy(near => near.Changes).ThenBy(near => near.Name, StringComparer.Ordinal)
        .Select(near => near.Name)
        .FirstOrDefault();

    /// <summary>Letters put in, left out, changed or swapped with their neighbour (optimal string alignment distance).</summary>
    private static int Changes(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) table[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) table[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var change = a[i - 1] == b[j - 1] ? 0 : 1;
                table[i, j] = Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[a.Length, b.Length];
    }
}
