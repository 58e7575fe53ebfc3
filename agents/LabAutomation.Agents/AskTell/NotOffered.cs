namespace LabAutomation.Agents.AskTell;

/// <summary>What other ask-tell interfaces have, what a careful person would therefore try, and what there is in its place.</summary>
internal static class NotOffered
{
    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["descriptors"] = "choices count as equal or different, and as nothing in between",
        ["fidelity"] = "all measurements count as equally good",
        ["fidelities"] = "all measurements count as equally good",
        ["task"] = "all trials belong to one task",
        ["tasks"] = "all trials belong to one task",
        ["cost"] = "all trials count as equally dear",
        ["context"] = "every parameter is one that may be chosen",
        ["condition"] = "every parameter counts in every trial",
        ["mixture"] = "leave one share out and write it as what remains: 'a + b <= 1' among the constraints",
        ["reference_point"] = "each objective has its own 'reference'",
    };

    /// <summary>Null for what nobody would expect.</summary>
    public static string? Instead(string key) => Others.GetValueOrDefault(key);
}
