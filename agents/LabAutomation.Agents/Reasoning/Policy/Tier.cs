namespace LabAutomation.Agents.Reasoning;

/// <summary>How far a role may go. Each includes the ones before it.</summary>
public enum Tier
{
    /// <summary>No tool at all.</summary>
    Never,

    /// <summary>Looks at the record and at what the lab offers.</summary>
    Read,

    /// <summary>Runs campaigns in the virtual lab.</summary>
    Simulate,

    /// <summary>Writes campaigns down, as proposals.</summary>
    Plan,

    /// <summary>Asks to run a campaign; a person approves each.</summary>
    RunWithApproval,

    /// <summary>Runs campaigns within the envelope by itself, as long as nothing untrusted is behind them.</summary>
    RunInsideEnvelope,
}

/// <summary>The words of <see cref="Tier"/> in configuration and for people.</summary>
public static class Tiers
{
    public static Tier Parse(string word) => Enum.Parse<Tier>(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);

    public static string Word(this Tier tier) => tier switch
    {
        Tier.RunWithApproval => "run-with-approval",
        Tier.RunInsideEnvelope => "run-inside-envelope",
        _ => tier.ToString().ToLowerInvariant(),
    };
}
