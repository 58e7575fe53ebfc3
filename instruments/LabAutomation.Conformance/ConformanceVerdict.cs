namespace LabAutomation.Conformance;

/// <summary>How one assertion ended.</summary>
public enum ConformanceOutcome
{
    Passed,
    Failed,
    DoesNotApply,
}

/// <summary>What one assertion found.</summary>
/// <param name="Id">The number of the assertion; docs/reference/conformance.md lists them.</param>
/// <param name="Detail">What was expected and what was seen, or why the assertion does not apply; where it passed, what it could not look at or else has to say, often nothing.</param>
public sealed record ConformanceVerdict(int Id, string Assertion, ConformanceOutcome Outcome, string Detail)
{
    public bool Failed => Outcome == ConformanceOutcome.Failed;

    public override string ToString() => Outcome switch
    {
        ConformanceOutcome.Passed => $"{Id,2} passed          {Assertion}{(Detail.Length > 0 ? $": {Detail}" : "")}",
        ConformanceOutcome.Failed => $"{Id,2} FAILED          {Assertion}: {Detail}",
        _ => $"{Id,2} does not apply  {Assertion}: {Detail}",
    };
}
