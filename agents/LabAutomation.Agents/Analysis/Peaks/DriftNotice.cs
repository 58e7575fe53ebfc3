namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>Who decides has changed, or will not.</summary>
/// <param name="Version">Of the network.</param>
/// <param name="Why">In words.</param>
internal sealed record DriftNotice(DriftNotice.About Kind, string Version, string Why)
{
    /// <summary>The probability that drift is told though there is none, as far as blocks of candidates are independent of each other.</summary>
    public const double FalseAlarm = 0.001;

    public enum About
    {
        /// <summary>The network's scores are not what they were, or it does not see what the classical rule sees: that decides from now on.</summary>
        Drift,

        /// <summary>A version that has just come labels beside the classical rule, which decides.</summary>
        Trial,

        /// <summary>It did not stand its trial; the classical rule goes on to decide.</summary>
        Refused,

        /// <summary>The network decides from now on.</summary>
        Trusted,
    }
}
