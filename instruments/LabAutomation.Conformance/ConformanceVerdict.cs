namespace LabAutomation.Conformance;

/// <summary>What one assertion found.</summary>
/// <param name="Id">The number of the assertion; docs/reference/conformance.md lists them.</param>
/// <param name="Problem">What is wrong, or null where the driver passed.</param>
public sealed record ConformanceVerdict(int Id, string Assertion, string? Problem)
{
    public bool Passed => Problem is null;

    public override string ToString() => $"{Id,2} {(Passed ? "passed" : "FAILED")}  {Assertion}{(Passed ? "" : ": " + Problem)}";
}
