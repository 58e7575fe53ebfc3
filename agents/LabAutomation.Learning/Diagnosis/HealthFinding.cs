namespace LabAutomation.Learning.Diagnosis;

/// <summary>How much a finding matters, the least first.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>Likely to cost trials.</summary>
    Warning,

    /// <summary>Nothing sensible can come of it.</summary>
    Error,
}

/// <summary>Something about a problem or its trials that a person should look at before more samples are spent.</summary>
/// <param name="Name">What kind of finding it is, such as <c>outlier</c>; the names are listed in docs/reference/diagnosis.md.</param>
/// <param name="Where">The parameter, quantity or trial; trials are numbered from 1 in the order of telling.</param>
/// <param name="What">What is found, with numbers.</param>
/// <param name="Right">What would be right.</param>
public sealed record HealthFinding(FindingSeverity Severity, string Name, string Where, string What, string Right);
