namespace LabAutomation.Agents.Reasoning;

/// <summary>What a person who watches agents at work is shown, as it happens.</summary>
public abstract record ReasoningNotice(string Agent)
{
    /// <summary>A piece of what the model says.</summary>
    public sealed record Said(string Agent, string Text) : ReasoningNotice(Agent);

    public sealed record Called(string Agent, WantedCall Call, Verdict Verdict, ToolResult Result, int? Approval) : ReasoningNotice(Agent);

    /// <summary>Something that the person should know, such as a wait.</summary>
    public sealed record Told(string Agent, string Text) : ReasoningNotice(Agent);
}
