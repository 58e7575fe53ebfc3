namespace LabAutomation.Conformance;

/// <summary>One MUST of the wire contract.</summary>
/// <param name="Needs">What the harness must be able to do.</param>
/// <param name="Check">Throws <see cref="ConformanceFailure"/> or <see cref="NotApplicable"/>; otherwise the driver passed.</param>
internal sealed record ConformanceAssertion(int Id, string Text, HarnessAbilities Needs, Func<ConformanceRun, Task> Check);

/// <summary>The driver did something else than the contract says.</summary>
internal class ConformanceFailure(string expected, string seen) : Exception($"expected {expected}; seen: {seen}");

/// <summary>A stop that came to its end too late. A busy machine makes one late too, and not each time.</summary>
internal sealed class LateStop(string expected, string seen) : ConformanceFailure(expected, seen);

/// <summary>The assertion has no meaning for this driver.</summary>
internal sealed class NotApplicable(string reason) : Exception(reason);
