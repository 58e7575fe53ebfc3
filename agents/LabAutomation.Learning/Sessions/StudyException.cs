using System.Collections.Immutable;

namespace LabAutomation.Learning.Sessions;

/// <summary>
/// A study was told or asked something that makes no sense, and is as it was before. The message says what is wrong and what would be
/// right.
/// </summary>
public class StudyException(string message) : Exception(message);

/// <summary>No point of the space satisfies what it has to.</summary>
/// <param name="held">What was held there, such as a context, by the numbers of the dimensions.</param>
public sealed class InfeasibleException(string message, ImmutableDictionary<int, double> held) : StudyException(message)
{
    /// <summary>What was held, such as a context, by the numbers of the dimensions.</summary>
    public ImmutableDictionary<int, double> Held { get; } = held;
}
