namespace LabAutomation.Learning.Sessions;

/// <summary>
/// A study was told or asked something that makes no sense, and is as it was before. The message says what is wrong and what would be
/// right.
/// </summary>
public class StudyException(string message) : Exception(message);

/// <summary>No point of the space satisfies what it has to.</summary>
public sealed class InfeasibleException(string message) : StudyException(message);
