namespace LabAutomation.Agents.Reasoning;

/// <summary>Where a text comes from. What is derived from several texts has the label of the worst of them.</summary>
public enum Label
{
    /// <summary>A person of the lab said it, or it is numbers and names that the lab itself wrote down.</summary>
    Trusted,

    /// <summary>From outside: documents, what devices say in words, texts of files. It may hold instructions of strangers.</summary>
    Untrusted,
}

public static class Labels
{
    public static Label Join(this Label one, Label other) => one > other ? one : other;
}
