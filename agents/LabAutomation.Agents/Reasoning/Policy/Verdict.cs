namespace LabAutomation.Agents.Reasoning;

/// <summary>What the policy says of a call, and why.</summary>
public abstract record Verdict(string Reason)
{
    public sealed record Allowed(string Reason) : Verdict(Reason);

    /// <summary>A person decides about exactly this call.</summary>
    public sealed record NeedsApproval(string Reason) : Verdict(Reason);

    public sealed record Denied(string Reason) : Verdict(Reason);
}
