using Stateless;

namespace LabAutomation.Tests.StandIns.Stateless;

public sealed class ParameterTests
{
    private readonly StateMachine<State, Trigger> _machine = new(State.A);
    private readonly List<string> _seen = [];

    [Fact]
    public void Arguments_reach_the_entry_action_and_the_transition()
    {
        var dose = _machine.SetTriggerParameters<string, int>(Trigger.X);
        _machine.Configure(State.A).Permit(Trigger.X, State.B);
        _machine.Configure(State.B).OnEntryFrom(dose, (liquid, microlitres, t) => _seen.Add($"{liquid} {microlitres} {t.Parameters.Length}"));

        _machine.Fire(dose, "dye", 25);

        _seen.Should().Equal("dye 25 2");
    }

    [Fact]
    public void One_and_three_arguments_are_taken_by_position()
    {
        var one = _machine.SetTriggerParameters<int>(Trigger.X);
        var three = _machine.SetTriggerParameters<int, string, bool>(Trigger.Y);
        _machine.Configure(State.A).Permit(Trigger.X, State.B);
        _machine.Configure(State.B).OnEntryFrom(one, i => _seen.Add($"{i}")).Permit(Trigger.Y, State.C);
        _machine.Configure(State.C).OnEntryFrom(three, (i, s, b) => _seen.Add($"{i} {s} {b}"));

        _machine.Fire(one, 1);
        _machine.Fire(three, 2, "b", true);

        _seen.Should().Equal("1", "2 b True");
    }

    [Fact]
    public void A_superstates_entry_action_sees_the_arguments_too()
    {
        var dose = _machine.SetTriggerParameters<int>(Trigger.X);
        _machine.Configure(State.A).Permit(Trigger.X, State.C);
        _machine.Configure(State.B).OnEntryFrom(dose, i => _seen.Add($"B {i}"));
        _machine.Configure(State.C).SubstateOf(State.B).OnEntryFrom(dose, i => _seen.Add($"C {i}"));

        _machine.Fire(dose, 7);

        _seen.Should().Equal("B 7", "C 7");
    }

    [Fact]
    public void Guards_judge_the_arguments()
    {
        var dose = _machine.SetTriggerParameters<int>(Trigger.X);
        _machine.Configure(State.A).PermitIf(dose, State.B, v => v > 0, "positive volume");

        _machine.CanFire(dose, -1, out var unmet).Should().BeFalse();
        unmet.Should().Equal("positive volume");
        _machine.CanFire(dose, 1).Should().BeTrue();
        _machine.Fire(dose, 1);

        _machine.State.Should().Be(State.B);
    }

    [Fact]
    public void Guards_over_arguments_see_defaults_when_none_are_given()
    {
        var dose = _machine.SetTriggerParameters<int>(Trigger.X);
        _machine.Configure(State.A).PermitIf(dose, State.B, v => v == 0);

        _machine.CanFire(Trigger.X).Should().BeTrue();
        _machine.Fire(Trigger.X);

        _machine.State.Should().Be(State.B);
    }

    [Fact]
    public void Two_guards_over_two_arguments_choose_the_destination()
    {
        var dose = _machine.SetTriggerParameters<int, int>(Trigger.X);
        _machine.Configure(State.A)
            .PermitIf(dose, State.B, (have, want) => have >= want)
            .PermitIf(dose, State.C, (have, want) => have < want);

        _machine.Fire(dose, 3, 5);

        _machine.State.Should().Be(State.C);
    }

    [Fact]
    public void Ignoring_re_entering_and_acting_inside_judge_arguments_as_well()
    {
        var dose = _machine.SetTriggerParameters<int>(Trigger.X);
        _machine.Configure(State.A)
            .IgnoreIf(dose, v => v == 0)
            .PermitReentryIf(dose, v => v == 1)
            .InternalTransitionIf(dose, v => v == 2, (v, _) => _seen.Add($"inside {v}"))
            .OnEntry(() => _seen.Add("entry"));

        _machine.Fire(dose, 0);
        _machine.Fire(dose, 1);
        _machine.Fire(dose, 2);

        _seen.Should().Equal("entry", "inside 2");
    }

    [Fact]
    public void Wrong_type_too_few_and_too_many_arguments_are_refused()
    {
        var dose = _machine.SetTriggerParameters(Trigger.X, typeof(string), typeof(int));
        _machine.Configure(State.A).Permit(Trigger.X, State.B);

        var wrong = () => _machine.Fire(dose, "dye", "lots");
        var few = () => _machine.Fire(dose, "dye");
        var many = () => _machine.Fire(dose, "dye", 1, 2);

        wrong.Should().Throw<ArgumentException>();
        few.Should().Throw<ArgumentException>();
        many.Should().Throw<ArgumentException>();
        _machine.State.Should().Be(State.A);
    }

    [Fact]
    public void Parameters_of_a_trigger_are_set_once()
    {
        _machine.SetTriggerParameters<int>(Trigger.X);

        var again = () => _machine.SetTriggerParameters<string>(Trigger.X);

        again.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void A_parameterised_trigger_knows_its_trigger_and_types()
    {
        var dose = _machine.SetTriggerParameters<string, int>(Trigger.Y);

        dose.Trigger.Should().Be(Trigger.Y);
        dose.ArgumentTypes.Should().Equal(typeof(string), typeof(int));
    }
}
