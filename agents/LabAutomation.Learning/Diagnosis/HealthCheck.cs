using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>
/// What can be seen to be wrong before samples are spent: of a problem alone, and of what was told so far. Needs no model;
/// <see cref="Study.Diagnose"/> adds what a model shows.
/// </summary>
public static class HealthCheck
{
    /// <summary>What looks wrong with a problem before anything is measured.</summary>
    /// <param name="told">Trials that were told already.</param>
    /// <param name="remaining">Trials that can still be run; null where nobody said.</param>
    /// <returns>The gravest first; empty where nothing is found. A space that is made of nonsense is a finding too.</returns>
    public static ImmutableArray<HealthFinding> OfProblem(StudyProblem problem, int told = 0, int? remaining = null)
    {
        var findings = new FindingList();
        try
        {
            SpaceHealth.Check(problem, findings);
            if (remaining is { } left) BudgetHealth.Check(problem, told + left, findings);
        }
        catch (ArgumentException refused)
        {
            findings.Error("space", "the space", refused.Message, "give every parameter a range that can be searched");
        }
        return Ranked(findings.ToImmutable());
    }

    /// <summary>What looks wrong with trials that were told.</summary>
    /// <param name="trials">In the order of telling.</param>
    /// <returns>The gravest first.</returns>
    public static ImmutableArray<HealthFinding> OfTrials(StudyProblem problem, IReadOnlyList<StudyTrial> trials)
    {
        var findings = new FindingList();
        if (trials.Count == 0) return [];
        ValueHealth.Check(problem, trials, findings);
        ReplicateHealth.Check(problem, trials, findings);
        CoverageHealth.Check(problem, trials, findings);
        FailureHealth.Check(problem, trials, findings);
        return Ranked(findings.ToImmutable());
    }

    internal static ImmutableArray<HealthFinding> Ranked(ImmutableArray<HealthFinding> findings) => [.. findings.OrderByDescending(finding => finding.Severity)];
}

/// <summary>Findings as they are found; numbers in them are written as everywhere.</summary>
internal sealed class FindingList
{
    private readonly ImmutableArray<HealthFinding>.Builder _findings = ImmutableArray.CreateBuilder<HealthFinding>();

    public void Note(string name, string where, FormattableString what, string right) => _findings.Add(new HealthFinding(FindingSeverity.Note, name, where, Text(what), right));

    public void Warning(string name, string where, FormattableString what, string right) => _findings.Add(new HealthFinding(FindingSeverity.Warning, name, where, Text(what), right));

    public void Error(string name, string where, string what, string right) => _findings.Add(new HealthFinding(FindingSeverity.Error, name, where, what, right));

    public ImmutableArray<HealthFinding> ToImmutable() => _findings.ToImmutable();

    /// <summary>Trial numbers as people list them: at most six.</summary>
    public static string Trials(IEnumerable<int> numbers)
    {
        int[] all = [.. numbers];
        return $"{(all.Length == 1 ? "trial" : "trials")} {string.Join(", ", all.Take(6))}{(all.Length > 6 ? $" and {all.Length - 6} more" : "")}";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
