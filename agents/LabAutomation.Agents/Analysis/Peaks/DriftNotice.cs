namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>Whether a network's scores are still distributed as they were.</summary>
/// <param name="IsTrusted">False: they are not, and the classical finder decides from now on. True: another version of the network decides.</param>
/// <param name="Version">Of the network.</param>
/// <param name="Usual">The mean doubt before, from 0 (sure of every candidate) to 1 (of none).</param>
/// <param name="Now">The mean doubt since.</param>
internal sealed record DriftNotice(bool IsTrusted, string Version, double Usual, double Now)
{
    /// <summary>The probability that drift is told though there is none, as far as blocks of candidates are independent of each other.</summary>
    public const double FalseAlarm = 0.001;
}
