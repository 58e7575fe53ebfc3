using Stateless;

namespace LabAutomation.Tests.StandIns.Stateless;

public sealed class DynamicTransitionTests
{
    private readonly StateMachine<State, Trigger> _machine = new(State.A);

    [Fact]
    public void The_destination_is_computed_when_the_trigger_is_fired()
    {
        var destination = State.B;
        _machine.Configure(State.A).PermitDynamic(Trigger.X, () => destination);
        destination = State.C;

        _machine.Fire(Trigger.X);

        _machine.State.Should().Be(State.C);
    }

    [Fact]
    public void The_destination_can_follow_from_the_arguments()
    {
        var go = _machine.SetTriggerParameters<int, int>(Trigger.X);
        _machine.Configure(State.A).PermitDynamic(go, (i, j) => i + j == 3 ? State.C : State.B);

        _machine.Fire(go, 1, 2);

        _machine.State.Should().Be(State.C);
    }

    [Fact]
    public void The_computed_destination_may_be_the_state_itself()
    {
        var entries = 0;
        _machine.Configure(State.A).PermitDynamic(Trigger.X, () => State.A).OnEntry(() => entries++);

        _machine.Fire(Trigger.X);

        entries.Should().Be(1);
    }

    [Fact]
    public void A_guard_stands_before_the_computation()
    {
        var go = _machine.SetTriggerParameters<int>(Trigger.Y);
        _machine.Configure(State.A)
            .PermitDynamicIf(Trigger.X, () => State.B, () => false, "never")
            .PermitDynamicIf(go, _ => State.C, i => i > 0, "positive");

        _machine.CanFire(Trigger.X, out var unmet).Should().BeFalse();
        unmet.Should().Equal("never");
        _machine.CanFire(go, 0).Should().BeFalse();
        _machine.Fire(go, 1);

        _machine.State.Should().Be(State.C);
    }
}
