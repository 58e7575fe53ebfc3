using Stateless;

namespace LabAutomation.Tests.StandIns.Stateless;

public sealed class SubstateTests
{
    private readonly StateMachine<State, Trigger> _machine = new(State.A);
    private readonly List<string> _seen = [];

    [Fact]
    public void A_substate_is_also_in_its_superstate()
    {
        _machine.Configure(State.A).SubstateOf(State.B);
        _machine.Configure(State.B).SubstateOf(State.C);

        _machine.IsInState(State.A).Should().BeTrue();
        _machine.IsInState(State.B).Should().BeTrue();
        _machine.IsInState(State.C).Should().BeTrue();
        _machine.IsInState(State.D).Should().BeFalse();
    }

    [Fact]
    public void A_superstate_handles_what_the_substate_does_not()
    {
        _machine.Configure(State.A).SubstateOf(State.B);
        _machine.Configure(State.B).Permit(Trigger.X, State.C);

        _machine.Fire(Trigger.X);

        _machine.State.Should().Be(State.C);
    }

    [Fact]
    public void A_trigger_ignored_in_the_superstate_is_ignored()
    {
        _machine.Configure(State.A).SubstateOf(State.B);
        _machine.Configure(State.B).Ignore(Trigger.X);

        _machine.Fire(Trigger.X);

        _machine.State.Should().Be(State.A);
    }

    [Fact]
    public void Leaving_runs_exits_outwards_and_entering_runs_entries_inwards()
    {
        Trace(State.A).SubstateOf(State.B).Permit(Trigger.X, State.C);
        Trace(State.B);
        Trace(State.C).SubstateOf(State.D);
        Trace(State.D);

        _machine.Fire(Trigger.X);

        _seen.Should().Equal("-A", "-B", "+D", "+C");
    }

    [Fact]
    public void Moving_between_siblings_stays_inside_the_superstate()
    {
        Trace(State.A).SubstateOf(State.C).Permit(Trigger.X, State.B);
        Trace(State.B).SubstateOf(State.C);
        Trace(State.C);

        _machine.Fire(Trigger.X);

        _seen.Should().Equal("-A", "+B");
    }

    [Fact]
    public void Moving_to_the_superstate_leaves_the_substate_only()
    {
        Trace(State.A).SubstateOf(State.B).Permit(Trigger.X, State.B);
        Trace(State.B);

        _machine.Fire(Trigger.X);

        _seen.Should().Equal("-A");
        _machine.State.Should().Be(State.B);
    }

    [Fact]
    public void Moving_to_a_substate_does_not_leave_the_superstate()
    {
        Trace(State.A).Permit(Trigger.X, State.B);
        Trace(State.B).SubstateOf(State.A);

        _machine.Fire(Trigger.X);

        _seen.Should().Equal("+B");
    }

    [Fact]
    public void A_superstates_transition_into_the_current_substate_does_nothing()
    {
        Trace(State.A).SubstateOf(State.B);
        Trace(State.B).Permit(Trigger.X, State.A);

        _machine.Fire(Trigger.X);

        _seen.Should().BeEmpty();
        _machine.State.Should().Be(State.A);
    }

    [Fact]
    public void Re_entry_of_a_superstate_leaves_both_and_enters_the_superstate()
    {
        Trace(State.A).SubstateOf(State.B);
        Trace(State.B).PermitReentry(Trigger.X);
        _machine.OnTransitioned(t => _seen.Add($"{t.Source}->{t.Destination}"));

        _machine.Fire(Trigger.X);

        _seen.Should().Equal("-A", "-B", "B->B", "+B");
        _machine.State.Should().Be(State.B);
    }

    [Fact]
    public void An_initial_transition_is_followed_to_the_innermost_substate()
    {
        Trace(State.A).Permit(Trigger.X, State.B);
        Trace(State.B).InitialTransition(State.C);
        Trace(State.C).SubstateOf(State.B).InitialTransition(State.D);
        Trace(State.D).SubstateOf(State.C);
        _machine.OnTransitioned(t => _seen.Add($"{t.Source}->{t.Destination}"));
        _machine.OnTransitionCompleted(t => _seen.Add($"{t.Source}->{t.Destination} done"));

        _machine.Fire(Trigger.X);

        _seen.Should().Equal("-A", "A->B", "+B", "B->C", "+C", "C->D", "+D", "A->D done");
        _machine.State.Should().Be(State.D);
    }

    [Fact]
    public void Re_entering_a_superstate_follows_its_initial_transition_again()
    {
        Trace(State.A).SubstateOf(State.B);
        Trace(State.B).PermitReentry(Trigger.X).InitialTransition(State.A);

        _machine.Fire(Trigger.X);

        _seen.Should().Equal("-A", "-B", "+B", "+A");
        _machine.State.Should().Be(State.A);
    }

    [Fact]
    public void An_initial_transition_to_a_state_outside_is_refused_when_it_is_taken()
    {
        _machine.Configure(State.A).Permit(Trigger.X, State.B);
        _machine.Configure(State.B).InitialTransition(State.C);

        var fire = () => _machine.Fire(Trigger.X);

        fire.Should().Throw<InvalidOperationException>().WithMessage("*C*");
    }

    [Fact]
    public void An_initial_transition_is_set_once_and_not_to_itself()
    {
        var itself = () => _machine.Configure(State.A).InitialTransition(State.A);
        var twice = () => _machine.Configure(State.B).InitialTransition(State.C).InitialTransition(State.D);

        itself.Should().Throw<ArgumentException>();
        twice.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void A_state_cannot_lie_inside_itself()
    {
        _machine.Configure(State.A).SubstateOf(State.B);
        _machine.Configure(State.B).SubstateOf(State.C);

        var direct = () => _machine.Configure(State.A).SubstateOf(State.A);
        var around = () => _machine.Configure(State.C).SubstateOf(State.A);

        direct.Should().Throw<ArgumentException>();
        around.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void An_internal_transition_of_the_superstate_keeps_the_substate()
    {
        Trace(State.A).SubstateOf(State.B);
        Trace(State.B).InternalTransition(Trigger.X, () => _seen.Add("act"));

        _machine.Fire(Trigger.X);

        _seen.Should().Equal("act");
        _machine.State.Should().Be(State.A);
    }

    private StateMachine<State, Trigger>.StateConfiguration Trace(State state) =>
        _machine.Configure(state).OnEntry(() => _seen.Add($"+{state}")).OnExit(() => _seen.Add($"-{state}"));
}
