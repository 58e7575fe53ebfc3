using Stateless;
using Stateless.Reflection;

namespace LabAutomation.Tests.StandIns.Stateless;

public sealed class ReflectionTests
{
    private readonly StateMachine<State, Trigger> _machine = new(State.A);

    [Fact]
    public void States_are_listed_as_configured_and_mere_destinations_follow()
    {
        _machine.Configure(State.C).Permit(Trigger.X, State.B);
        _machine.Configure(State.A).Permit(Trigger.X, State.C);

        var info = _machine.GetInfo();

        info.States.Select(s => s.UnderlyingState).Should().Equal(State.C, State.A, State.B);
        info.StateType.Should().Be<State>();
        info.TriggerType.Should().Be<Trigger>();
        info.InitialState.UnderlyingState.Should().Be(State.A);
    }

    [Fact]
    public void The_initial_state_is_the_one_the_machine_was_made_with()
    {
        _machine.Configure(State.A).Permit(Trigger.X, State.B);
        _machine.Fire(Trigger.X);

        _machine.GetInfo().InitialState.UnderlyingState.Should().Be(State.A);
    }

    [Fact]
    public void A_permitted_transition_shows_trigger_destination_and_guards()
    {
        _machine.Configure(State.A).PermitIf(Trigger.X, State.B, () => true, "lid closed").PermitReentry(Trigger.Y);

        var transitions = StateInfo(State.A).FixedTransitions.ToList();

        transitions.Should().HaveCount(2);
        transitions[0].Trigger.UnderlyingTrigger.Should().Be(Trigger.X);
        transitions[0].DestinationState.UnderlyingState.Should().Be(State.B);
        transitions[0].GuardConditionsMethodDescriptions.Select(g => g.Description).Should().Equal("lid closed");
        transitions[0].IsInternalTransition.Should().BeFalse();
        transitions[1].DestinationState.UnderlyingState.Should().Be(State.A);
        transitions[1].GuardConditionsMethodDescriptions.Should().BeEmpty();
    }

    [Fact]
    public void An_internal_transition_leads_to_its_own_state_under_a_nameless_guard()
    {
        _machine.Configure(State.A).InternalTransition(Trigger.X, () => { });

        var transition = StateInfo(State.A).FixedTransitions.Single();

        transition.IsInternalTransition.Should().BeTrue();
        transition.DestinationState.UnderlyingState.Should().Be(State.A);
        transition.GuardConditionsMethodDescriptions.Select(g => g.Description).Should().Equal("Function");
    }

    [Fact]
    public void A_computed_transition_shows_its_selector_and_possible_destinations()
    {
        _machine.Configure(State.A).PermitDynamic(
            Trigger.X, () => State.B, "by level", new DynamicStateInfos { { State.B, "full" }, { "C", "empty" } });

        var info = StateInfo(State.A);
        var transition = info.DynamicTransitions.Single();

        transition.DestinationStateSelectorDescription.Description.Should().Be("by level");
        transition.PossibleDestinationStates!.Select(p => (p.DestinationState, p.Criterion)).Should().Equal(("B", "full"), ("C", "empty"));
        info.Transitions.Should().Equal(transition);
    }

    [Fact]
    public void Ignored_triggers_are_listed_apart()
    {
        _machine.Configure(State.A).Ignore(Trigger.X).IgnoreIf(Trigger.Y, () => true, "busy");

        var info = StateInfo(State.A);

        info.IgnoredTriggers.Select(i => i.Trigger.UnderlyingTrigger).Should().Equal(Trigger.X, Trigger.Y);
        info.IgnoredTriggers.Last().GuardConditionsMethodDescriptions.Single().Description.Should().Be("busy");
        info.Transitions.Should().BeEmpty();
    }

    [Fact]
    public void Actions_show_their_description_method_name_or_neither()
    {
        _machine.Configure(State.A)
            .OnEntry(OpenValve)
            .OnEntry(() => { }, "start pump")
            .OnEntryFrom(Trigger.X, () => { })
            .OnExit(OpenValve)
            .OnActivate(OpenValve)
            .OnDeactivate(() => { }, "rest");

        var info = StateInfo(State.A);

        info.EntryActions.Select(a => a.Method.Description).Should().Equal("OpenValve", "start pump", "Function");
        info.EntryActions.Select(a => a.FromTrigger).Should().Equal(null, null, "X");
        info.ExitActions.Single().MethodName.Should().Be("OpenValve");
        info.ActivateActions.Single().Description.Should().Be("OpenValve");
        info.DeactivateActions.Single().Description.Should().Be("rest");
    }

    [Fact]
    public void Superstates_and_substates_point_at_each_other()
    {
        _machine.Configure(State.A).SubstateOf(State.B);
        _machine.Configure(State.C).SubstateOf(State.B);

        var info = _machine.GetInfo();
        var above = info.States.Single(s => State.B.Equals(s.UnderlyingState));

        above.Substates.Select(s => s.UnderlyingState).Should().Equal(State.A, State.C);
        above.Substates.Should().OnlyContain(s => s.Superstate == above);
        above.Superstate.Should().BeNull();
    }

    private static void OpenValve()
    {
    }

    private StateInfo StateInfo(State state) => _machine.GetInfo().States.Single(s => state.Equals(s.UnderlyingState));
}
