namespace LabAutomation.Agents.Campaigns;

/// <summary>What is done about an action that did not succeed.</summary>
public enum Reaction
{
    /// <summary>The same action again, by the same instrument.</summary>
    Retry,

    /// <summary>The same action again, by another instrument that plays the same role.</summary>
    Substitute,

    /// <summary>The trial goes on without it.</summary>
    Skip,

    /// <summary>The trial cleans up and ends as failed; the planner learns of it and proposes another.</summary>
    Replan,

    /// <summary>The campaign rests until a person has looked, or nobody came in time.</summary>
    Prompt,

    /// <summary>The campaign begins no more trials and ends in order.</summary>
    CloseOut,

    /// <summary>All campaigns rest, and their instruments are brought to their safe state, out of which only a person takes them.</summary>
    SafeMode,
}

/// <summary>Reactions as files write them.</summary>
public static class Reactions
{
    /// <summary>In the order of <see cref="Reaction"/>.</summary>
    public static readonly string[] Words = ["retry", "substitute", "skip", "replan", "prompt", "close_out", "safe_mode"];

    /// <exception cref="ArgumentException">There is no such reaction.</exception>
    public static Reaction Parse(string word) =>
        Array.IndexOf(Words, word) is >= 0 and var index ? (Reaction)index : throw new ArgumentException($"there is no reaction '{word}'; there are {string.Join(", ", Words)}", nameof(word));

    public static string Word(this Reaction reaction) => Words[(int)reaction];
}
