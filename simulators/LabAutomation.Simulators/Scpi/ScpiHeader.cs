namespace LabAutomation.Simulators.Scpi;

/// <summary>A command's name as manuals print it: <c>SYSTem:ERRor[:NEXT]?</c>. Capitals are the short form, brackets may be left out.</summary>
internal sealed class ScpiHeader
{
    /// <summary>All that mean it, without a colon before and a question mark after.</summary>
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> spellings;
    private readonly bool query;

    public ScpiHeader(string pattern)
    {
        query = pattern.EndsWith('?');
        string[] known = [""];
        foreach (var node in pattern.TrimEnd('?').Replace("[:", ":[", StringComparison.Ordinal).TrimStart(':').Split(':'))
        {
            var full = node.Trim('[', ']');
            var small = string.Concat(full.Where(c => !char.IsAsciiLetterLower(c)));
            known = [.. known.SelectMany(before => new[] { Joined(before, full), Joined(before, small) }.Concat(node.StartsWith('[') ? [before] : []))];
        }

        spellings = new HashSet<string>(known, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public bool Matches(string header) => header.EndsWith('?') == query && spellings.Contains(header.AsSpan().TrimStart(':').TrimEnd('?'));

    private static string Joined(string before, string node) => before.Length == 0 ? node : $"{before}:{node}";
}
