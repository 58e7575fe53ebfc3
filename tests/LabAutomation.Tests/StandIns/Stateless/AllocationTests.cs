using Stateless;

namespace LabAutomation.Tests.StandIns.Stateless;

public sealed class AllocationTests
{
    [Theory, Trait("Holds", "stand-in")]
    [InlineData(FiringMode.Queued)]
    [InlineData(FiringMode.Immediate)]
    public void A_trigger_without_arguments_allocates_nothing(FiringMode mode)
    {
        var entries = 0;
        var machine = new StateMachine<State, Trigger>(State.A, mode);
        machine.Configure(State.A).PermitIf(Trigger.X, State.B, () => entries >= 0).OnExit(() => entries++);
        machine.Configure(State.B).SubstateOf(State.C).Permit(Trigger.X, State.A).OnEntry(() => entries++);
        machine.OnTransitioned(transition => entries += transition.IsReentry ? 1 : 0);
        for (var i = 0; i < 1000; i++) machine.Fire(Trigger.X);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) machine.Fire(Trigger.X);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        bytes.Should().BeLessThan(1000, "a thousand triggers may not cost a byte each");
        entries.Should().Be(2000);
    }
}
