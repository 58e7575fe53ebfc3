using Stateless;

namespace LabAutomation.Tests.StandIns.Stateless;

public sealed class TransitionTests
{
    private readonly StateMachine<State, Trigger> _machine = new(State.A);
    private readonly List<string> _seen = [];

    [Fact]
    public void A_permitted_trigger_moves_the_machine()
    {
        _machine.Configure(State.A).Permit(Trigger.X, State.B);

        _machine.Fire(Trigger.X);

        _machine.State.Should().Be(State.B);
        _machine.IsInState(State.B).Should().BeTrue();
        _machine.IsInState(State.A).Should().BeFalse();
    }

    [Fact]
    public void Exit_actions_run_before_the_state_changes_and_entry_actions_after_it()
    {
        _machine.Configure(State.A).Permit(Trigger.X, State.B).OnExit(() => _seen.Add($"exit in {_machine.State}"));
        _machine.Configure(State.B).OnEntry(() => _seen.Add($"entry in {_machine.State}"));
        _machine.OnTransitioned(t => _seen.Add($"{t.Source}->{t.Destination} in {_machine.State}"));
        _machine.OnTransitionCompleted(t => _seen.Add($"{t.Source}->{t.Destination} done"));

        _machine.Fire(Trigger.X);

        _seen.Should().Equal("exit in A", "A->B in B", "entry in B", "A->B done");
    }

    [Fact]
    public void An_action_sees_source_destination_trigger_and_no_parameters()
    {
        StateMachine<State, Trigger>.Transition? seen = null;
        _machine.Configure(State.A).Permit(Trigger.X, State.B);
        _machine.Configure(State.B).OnEntry(t => seen = t);

        _machine.Fire(Trigger.X);

        seen!.Source.Should().Be(State.A);
        seen.Destination.Should().Be(State.B);
        seen.Trigger.Should().Be(Trigger.X);
        seen.Parameters.Should().BeEmpty();
        seen.IsReentry.Should().BeFalse();
    }

    [Fact]
    public void State_kept_elsewhere_is_read_and_written_there()
    {
        var kept = State.A;
        var machine = new StateMachine<State, Trigger>(() => kept, s => kept = s);
        machine.Configure(State.A).Permit(Trigger.X, State.B);
        machine.Configure(State.C).Permit(Trigger.Y, State.D);

        machine.Fire(Trigger.X);
        kept.Should().Be(State.B);

        kept = State.C;
        machine.Fire(Trigger.Y);
        kept.Should().Be(State.D);
    }

    [Fact]
    public void Permitting_a_transition_to_the_same_state_is_refused()
    {
        var permit = () => _machine.Configure(State.A).Permit(Trigger.X, State.A);
        var permitIf = () => _machine.Configure(State.A).PermitIf(Trigger.X, State.A, () => true);

        permit.Should().Throw<ArgumentException>();
        permitIf.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Re_entry_leaves_and_enters_the_same_state()
    {
        _machine.Configure(State.A).PermitReentry(Trigger.X)
            .OnExit(t => _seen.Add($"exit {t.IsReentry}"))
            .OnEntry(t => _seen.Add($"entry {t.IsReentry}"));
        _machine.OnTransitioned(t => _seen.Add($"{t.Source}->{t.Destination}"));

        _machine.Fire(Trigger.X);

        _seen.Should().Equal("exit True", "A->A", "entry True");
        _machine.State.Should().Be(State.A);
    }

    [Fact]
    public void Guarded_re_entry_needs_its_guard()
    {
        var open = false;
        _machine.Configure(State.A).PermitReentryIf(Trigger.X, () => open, "open").OnEntry(() => _seen.Add("entry"));

        _machine.CanFire(Trigger.X).Should().BeFalse();
        open = true;
        _machine.Fire(Trigger.X);

        _seen.Should().Equal("entry");
    }

    [Fact]
    public void An_ignored_trigger_is_accepted_and_does_nothing()
    {
        _machine.Configure(State.A).Ignore(Trigger.X).OnExit(() => _seen.Add("exit")).OnEntry(() => _seen.Add("entry"));

        _machine.CanFire(Trigger.X).Should().BeTrue();
        _machine.Fire(Trigger.X);

        _seen.Should().BeEmpty();
    }

    [Fact]
    public void A_trigger_ignored_under_a_guard_is_unhandled_without_it()
    {
        _machine.Configure(State.A).IgnoreIf(Trigger.X, () => false, "never");

        var fire = () => _machine.Fire(Trigger.X);

        fire.Should().Throw<InvalidOperationException>().WithMessage("*never*");
    }

    [Fact]
    public void An_internal_transition_acts_without_exit_entry_or_notice()
    {
        _machine.Configure(State.A)
            .InternalTransition(Trigger.X, t => _seen.Add($"{t.Trigger} in {t.Source}->{t.Destination}"))
            .OnExit(() => _seen.Add("exit"))
            .OnEntry(() => _seen.Add("entry"));
        _machine.OnTransitioned(_ => _seen.Add("transitioned"));
        _machine.OnTransitionCompleted(_ => _seen.Add("completed"));

        _machine.Fire(Trigger.X);

        _seen.Should().Equal("X in A->A");
    }

    [Fact]
    public void A_guarded_internal_transition_needs_its_guard()
    {
        var open = false;
        _machine.Configure(State.A).InternalTransitionIf(Trigger.X, _ => open, () => _seen.Add("act"), "open");

        _machine.CanFire(Trigger.X, out var unmet).Should().BeFalse();
        unmet.Should().Equal("open");
        open = true;
        _machine.Fire(Trigger.X);

        _seen.Should().Equal("act");
    }

    [Fact]
    public void An_entry_action_limited_to_a_trigger_runs_for_that_trigger_only()
    {
        _machine.Configure(State.A).Permit(Trigger.X, State.B).Permit(Trigger.Y, State.B);
        _machine.Configure(State.B).Permit(Trigger.Z, State.A)
            .OnEntryFrom(Trigger.X, () => _seen.Add("from X"))
            .OnEntryFrom(Trigger.Y, t => _seen.Add($"from {t.Trigger}"))
            .OnEntry(() => _seen.Add("any"));

        _machine.Fire(Trigger.X);
        _machine.Fire(Trigger.Z);
        _machine.Fire(Trigger.Y);

        _seen.Should().Equal("from X", "any", "from Y", "any");
    }

    [Fact]
    public void Activation_runs_from_the_superstate_down_and_deactivation_back_up()
    {
        _machine.Configure(State.B).OnActivate(() => _seen.Add("B on")).OnDeactivate(() => _seen.Add("B off"));
        _machine.Configure(State.A).SubstateOf(State.B).OnActivate(() => _seen.Add("A on")).OnDeactivate(() => _seen.Add("A off"));

        _machine.Activate();
        _machine.Deactivate();

        _seen.Should().Equal("B on", "A on", "A off", "B off");
    }

    [Fact]
    public void The_machine_describes_itself_by_state_and_permitted_triggers()
    {
        _machine.Configure(State.A).Permit(Trigger.X, State.B).Ignore(Trigger.Y).PermitIf(Trigger.Z, State.C, () => false);

        _machine.ToString().Should().Be("StateMachine { State = A, PermittedTriggers = { X, Y }}");
    }
}
