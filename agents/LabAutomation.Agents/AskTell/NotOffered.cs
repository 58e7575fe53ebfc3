namespace LabAutomation.Agents.AskTell;

/// <summary>What other ask-tell interfaces have, what a careful person would therefore try, and what there is in its place.</summary>
internal static class NotOffered
{
    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["mixture"] = "say it as 'mixtures', each with 'of' and 'total'",
        ["condition"] = "say where a parameter counts with 'when'",
        ["cost"] = "a fidelity has 'costs'; all other trials count as equally dear",
        ["reference_point"] = "each objective has its own 'reference'",
    };

    /// <summary>Null for what nobody would expect.</summary>
    public static string? Instead(string key) => Others.GetValueOrDefault(key);
}
