namespace LabAutomation.Simulators.Scpi;

/// <summary>A command's name as manuals print it: <c>SYSTem:ERRor[:NEXT]?</c>. Capitals are the short form, brackets may be left out.</summary>
internal sealed class ScpiHeader
{
    private readonly List<(string Short, string Full, bool Optional)> nodes = [];
    private readonly bool query;

    public ScpiHeader(string pattern)
    {
        query = pattern.EndsWith('?');
        foreach (var node in pattern.TrimEnd('?').Replace("[:", ":[", StringComparison.Ordinal).TrimStart(':').Split(':'))
        {
            var name = node.Trim('[', ']');
            nodes.Add((string.Concat(name.Where(c => !char.IsAsciiLetterLower(c))), name.ToUpperInvariant(), node.StartsWith('[')));
        }
    }

    public bool Matches(string header)
    {
        if (header.EndsWith('?') != query) return false;
        var words = header.TrimStart(':').TrimEnd('?').ToUpperInvariant().Split(':');
        return Matches(words, 0, 0);
    }

    private bool Matches(string[] words, int word, int node)
    {
        if (node == nodes.Count) return word == words.Length;
        var (shortForm, full, optional) = nodes[node];
        var fits = word < words.Length && (words[word] == shortForm || words[word] == full);
        return (fits && Matches(words, word + 1, node + 1)) || (optional && Matches(words, word, node + 1));
    }
}
