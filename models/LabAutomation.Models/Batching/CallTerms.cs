namespace LabAutomation.Models;

/// <summary>How a call wants to be served; unless anything is said, as soon as possible.</summary>
public readonly record struct CallTerms
{
    /// <summary>
    /// Time from now within which the answer is wanted. Until shortly before, the call may wait for others to share its batch; when it passes while
    /// the call waits, the call is answered <see cref="CallOutcome.Expired"/>. Null: run as soon as an instance is free, however late that is.
    /// </summary>
    public TimeSpan? Within { get; init; }

    public CallPriority Priority { get; init; }
}
