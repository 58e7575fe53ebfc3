namespace LabAutomation.SystemTests.Conformance;

/// <summary>The second half of <see cref="BrokenDriverTests"/>, beside the first.</summary>
public sealed class BrokenDriversFrom26Tests
{
    public static TheoryData<int, string> Broken() => BrokenDriverTests.BrokenIn(26, 52);

    [Theory]
    [MemberData(nameof(Broken))]
    public Task A_broken_driver_fails_its_assertion_and_no_other_that_could_hold(int id, string how) => BrokenDriverTests.FailsAsync(id, how);
}
