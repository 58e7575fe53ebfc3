namespace LabAutomation.Agents.Reasoning;

/// <summary>What calling a tool does at most. Part of the tool's code; no caller chooses it.</summary>
public enum Reach
{
    Read,
    Simulate,
    Plan,

    /// <summary>Something in the lab moves.</summary>
    Run,
}
