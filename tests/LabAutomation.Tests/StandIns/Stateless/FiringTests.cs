using Stateless;

namespace LabAutomation.Tests.StandIns.Stateless;

public sealed class FiringTests
{
    private readonly List<string> _seen = [];

    [Fact]
    public void Queued_firing_finishes_one_transition_before_the_next()
    {
        var machine = ChainedMachine(FiringMode.Queued);

        machine.Fire(Trigger.X);

        _seen.Should().Equal("-A", "+B begins", "+B ends", "A->B done", "-B", "+C", "B->C done");
        machine.State.Should().Be(State.C);
    }

    [Fact]
    public void Immediate_firing_handles_the_inner_trigger_inside_the_entry_action()
    {
        var machine = ChainedMachine(FiringMode.Immediate);

        machine.Fire(Trigger.X);

        _seen.Should().Equal("-A", "+B begins", "-B", "+C", "B->C done", "+B ends", "A->C done");
        machine.State.Should().Be(State.C);
    }

    [Fact]
    public void Queued_is_the_mode_of_a_machine_that_names_none()
    {
        var machine = new StateMachine<State, Trigger>(State.A);
        var inside = State.D;
        machine.Configure(State.A).Permit(Trigger.X, State.B);
        machine.Configure(State.B).Permit(Trigger.Y, State.C).OnEntry(() =>
        {
            machine.Fire(Trigger.Y);
            inside = machine.State;
        });

        machine.Fire(Trigger.X);

        inside.Should().Be(State.B);
        machine.State.Should().Be(State.C);
    }

    [Fact]
    public void An_entry_action_that_throws_leaves_the_machine_moved_and_the_queue_armed()
    {
        var machine = new StateMachine<State, Trigger>(State.A);
        machine.Configure(State.A).Permit(Trigger.X, State.B);
        machine.Configure(State.B).Permit(Trigger.Y, State.C).Ignore(Trigger.Z).OnEntry(() =>
        {
            machine.Fire(Trigger.Y);
            throw new TimeoutException();
        });
        machine.Configure(State.C).Ignore(Trigger.Z);

        var fire = () => machine.Fire(Trigger.X);
        fire.Should().Throw<TimeoutException>();
        machine.State.Should().Be(State.B);

        machine.Fire(Trigger.Z);
        machine.State.Should().Be(State.C, "the trigger that was waiting runs first");
    }

    [Fact]
    public void An_exit_action_that_throws_leaves_the_machine_where_it_was()
    {
        var machine = new StateMachine<State, Trigger>(State.A, FiringMode.Immediate);
        machine.Configure(State.A).Permit(Trigger.X, State.B).OnExit(() => throw new TimeoutException());

        var fire = () => machine.Fire(Trigger.X);

        fire.Should().Throw<TimeoutException>();
        machine.State.Should().Be(State.A);
    }

    [Fact]
    public void A_trigger_without_transition_throws_and_changes_nothing()
    {
        var machine = new StateMachine<State, Trigger>(State.A);

        var fire = () => machine.Fire(Trigger.X);

        fire.Should().Throw<InvalidOperationException>().WithMessage("*'A'*'X'*");
        machine.State.Should().Be(State.A);
    }

    [Fact]
    public void An_unhandled_trigger_goes_to_the_callers_action_instead()
    {
        var machine = new StateMachine<State, Trigger>(State.A);
        machine.Configure(State.A).PermitIf(Trigger.Y, State.B, () => false, "lid closed");
        machine.OnUnhandledTrigger((state, trigger, unmet) => _seen.Add($"{state} {trigger} {string.Join(",", unmet ?? ["-"])}"));

        machine.Fire(Trigger.X);
        machine.Fire(Trigger.Y);

        _seen.Should().Equal("A X -", "A Y lid closed");
    }

    [Fact]
    public void The_latest_action_for_unhandled_triggers_counts()
    {
        var machine = new StateMachine<State, Trigger>(State.A);
        machine.OnUnhandledTrigger((_, _) => _seen.Add("first"));
        machine.OnUnhandledTrigger((state, trigger) => _seen.Add($"{state} {trigger}"));

        machine.Fire(Trigger.Z);

        _seen.Should().Equal("A Z");
    }

    [Fact]
    public void Every_listener_hears_of_a_transition_in_order()
    {
        var machine = new StateMachine<State, Trigger>(State.A);
        machine.Configure(State.A).Permit(Trigger.X, State.B);
        machine.OnTransitioned(_ => _seen.Add("one"));
        machine.OnTransitioned(_ => _seen.Add("two"));

        machine.Fire(Trigger.X);

        _seen.Should().Equal("one", "two");
    }

    private StateMachine<State, Trigger> ChainedMachine(FiringMode mode)
    {
        var machine = new StateMachine<State, Trigger>(State.A, mode);
        machine.Configure(State.A).Permit(Trigger.X, State.B).OnExit(() => _seen.Add("-A"));
        machine.Configure(State.B).Permit(Trigger.Y, State.C).OnExit(() => _seen.Add("-B")).OnEntry(() =>
        {
            _seen.Add("+B begins");
            machine.Fire(Trigger.Y);
            _seen.Add("+B ends");
        });
        machine.Configure(State.C).OnEntry(() => _seen.Add("+C"));
        machine.OnTransitionCompleted(t => _seen.Add($"{t.Source}->{t.Destination} done"));
        return machine;
    }
}
