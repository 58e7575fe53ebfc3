namespace LabAutomation.Conformance;

/// <summary>42–44: who may act.</summary>
internal static class LockAssertions
{
    private const string NotYet = "no driver host speaks of locks yet";

    public static readonly IReadOnlyList<ConformanceAssertion> All =
    [
        new(42, "a stale lock token is refused", HarnessAbilities.None, _ => throw new NotApplicable(NotYet)),
        new(43, "a lock expires", HarnessAbilities.None, _ => throw new NotApplicable(NotYet)),
        new(44, "the state is readable while locked", HarnessAbilities.None, _ => throw new NotApplicable(NotYet)),
    ];
}
