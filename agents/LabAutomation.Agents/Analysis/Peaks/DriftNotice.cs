namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>Whether a network's scores are still distributed as they were.</summary>
/// <param name="IsTrusted">False: they are not, or another version did not stand its trial, and the classical finder decides. True: another version of the network decides.</param>
/// <param name="Version">Of the network.</param>
/// <param name="Usual">The mean doubt before, from 0 (sure of every candidate) to 1 (of none).</param>
/// <param name="Now">The mean doubt since.</param>
internal sealed record DriftNotice(bool IsTrusted, string Version, double Usual, double Now)
{
    /// <summary>Of another version that was on trial: the share of the classical finder's peaks that it sees, and how many times as many it sees in all. 0 of the notice that drift has begun.</summary>
    public double Found { get; init; }

    public double Times { get; init; }

    /// <summary>The probability that drift is told though there is none, as far as blocks of candidates are independent of each other.</summary>
    public const double FalseAlarm = 0.001;
}
