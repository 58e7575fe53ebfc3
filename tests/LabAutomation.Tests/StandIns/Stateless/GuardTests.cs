using Stateless;

namespace LabAutomation.Tests.StandIns.Stateless;

public sealed class GuardTests
{
    private readonly StateMachine<State, Trigger> _machine = new(State.A);

    [Theory]
    [InlineData(true, State.B)]
    [InlineData(false, State.C)]
    public void Exclusive_guards_choose_the_destination(bool flag, State expected)
    {
        _machine.Configure(State.A)
            .PermitIf(Trigger.X, State.B, () => flag)
            .PermitIf(Trigger.X, State.C, () => !flag);

        _machine.Fire(Trigger.X);

        _machine.State.Should().Be(expected);
    }

    [Fact]
    public void Two_met_guards_for_one_trigger_are_a_mistake_even_when_only_asked()
    {
        _machine.Configure(State.A)
            .PermitIf(Trigger.X, State.B, () => true)
            .PermitIf(Trigger.X, State.C, () => true);

        var fire = () => _machine.Fire(Trigger.X);
        var ask = () => _machine.CanFire(Trigger.X);

        fire.Should().Throw<InvalidOperationException>().WithMessage("*'A'*");
        ask.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void A_refusal_names_every_unmet_guard()
    {
        _machine.Configure(State.A)
            .PermitIf(Trigger.X, State.B, () => false, "lid closed")
            .PermitIf(
                Trigger.X,
                State.C,
                Tuple.Create<Func<bool>, string>(() => true, "warm"),
                Tuple.Create<Func<bool>, string>(() => false, "primed"));

        var fire = () => _machine.Fire(Trigger.X);

        fire.Should().Throw<InvalidOperationException>().WithMessage("*lid closed, primed*").And.Message.Should().NotContain("warm");
    }

    [Fact]
    public void CanFire_reports_unmet_guards_and_null_for_an_unknown_trigger()
    {
        _machine.Configure(State.A).PermitIf(Trigger.X, State.B, () => false, "lid closed");

        _machine.CanFire(Trigger.X, out var unmet).Should().BeFalse();
        unmet.Should().Equal("lid closed");
        _machine.CanFire(Trigger.Y, out unmet).Should().BeFalse();
        unmet.Should().BeNull();
    }

    [Fact]
    public void A_guard_without_description_is_named_after_its_method_and_a_lambda_is_a_function()
    {
        _machine.Configure(State.A)
            .PermitIf(Trigger.X, State.B, Closed)
            .PermitIf(Trigger.Y, State.B, () => false);

        _machine.CanFire(Trigger.X, out var named);
        _machine.CanFire(Trigger.Y, out var lambda);

        named.Should().Equal("Closed");
        lambda.Should().Equal("Function");
    }

    [Fact]
    public void A_substates_unmet_guard_leaves_the_trigger_to_its_superstate()
    {
        _machine.Configure(State.A).SubstateOf(State.D).PermitIf(Trigger.X, State.B, () => false, "inner");
        _machine.Configure(State.D).Permit(Trigger.X, State.C);

        _machine.Fire(Trigger.X);

        _machine.State.Should().Be(State.C);
    }

    [Fact]
    public void When_both_refuse_the_superstates_guards_are_reported()
    {
        _machine.Configure(State.A).SubstateOf(State.D).PermitIf(Trigger.X, State.B, () => false, "inner");
        _machine.Configure(State.D).PermitIf(Trigger.X, State.C, () => false, "outer");

        _machine.CanFire(Trigger.X, out var unmet).Should().BeFalse();

        unmet.Should().Equal("outer");
    }

    [Fact]
    public async Task Permitted_triggers_are_those_whose_guards_are_met_own_ones_before_the_superstates()
    {
        _machine.Configure(State.D).Permit(Trigger.Z, State.C).Ignore(Trigger.X);
        _machine.Configure(State.A).SubstateOf(State.D)
            .Permit(Trigger.X, State.B)
            .PermitIf(Trigger.Y, State.B, () => false);

        var permitted = await _machine.GetPermittedTriggersAsync();

        permitted.Should().Equal(Trigger.X, Trigger.Z);
    }

    private static bool Closed() => false;
}
