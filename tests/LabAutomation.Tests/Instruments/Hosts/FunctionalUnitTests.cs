using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

public sealed class FunctionalUnitTests
{
    [Fact]
    public void An_action_takes_the_unit_once_round_the_running_states()
    {
        var unit = new FunctionalUnit();
        var way = new List<UnitState> { unit.State };

        foreach (var trigger in new[] { UnitTrigger.Start, UnitTrigger.Start, UnitTrigger.StateCompleted, UnitTrigger.ToComplete, UnitTrigger.StateCompleted, UnitTrigger.Reset, UnitTrigger.StateCompleted })
        {
            unit.Fire(trigger);
            way.Add(unit.State);
        }

        way.Should().Equal(
            UnitState.Stopped, UnitState.Idle, UnitState.Starting, UnitState.Execute, UnitState.Completing, UnitState.Complete, UnitState.Resetting, UnitState.Idle);
    }

    [Fact]
    public void Abort_is_taken_in_every_state_but_aborting_and_aborted()
    {
        foreach (var (state, unit) in Reachable())
            unit().CanFire(UnitTrigger.Abort).Should().Be(state is not (UnitState.Aborting or UnitState.Aborted), "the unit is {0}", state);
    }

    [Fact]
    public void Clear_is_taken_in_aborted_only()
    {
        foreach (var (state, unit) in Reachable()) unit().CanFire(UnitTrigger.Clear).Should().Be(state == UnitState.Aborted, "the unit is {0}", state);
    }

    [Fact]
    public void Stop_is_taken_in_every_running_state_and_no_other()
    {
        foreach (var (state, unit) in Reachable())
            unit().CanFire(UnitTrigger.Stop).Should().Be(state is >= UnitState.Idle and <= UnitState.Unholding, "the unit is {0}", state);
    }

    [Fact]
    public void A_trigger_that_does_not_belong_leaves_the_state()
    {
        var unit = new FunctionalUnit();

        unit.Invoking(u => u.Fire(UnitTrigger.Clear)).Should().Throw<InvalidOperationException>();
        unit.State.Should().Be(UnitState.Stopped);
    }

    [Fact]
    public void Every_state_can_be_reached() => Reachable().Keys.Should().BeEquivalentTo(Enum.GetValues<UnitState>());

    [Fact]
    public void The_diagram_shows_the_graph() => new FunctionalUnit().ToMermaid().Should().Contain("Aborted --> Clearing : Clear").And.Contain("Execute --> Holding : Hold");

    /// <summary>Every reachable state, with a way to get a unit there.</summary>
    private static Dictionary<UnitState, Func<FunctionalUnit>> Reachable()
    {
        var found = new Dictionary<UnitState, Func<FunctionalUnit>> { [UnitState.Stopped] = () => new FunctionalUnit() };
        var open = new Queue<UnitState>([UnitState.Stopped]);
        while (open.TryDequeue(out var from))
        {
            foreach (var trigger in Enum.GetValues<UnitTrigger>())
            {
                var make = found[from];
                var unit = make();
                if (!unit.CanFire(trigger)) continue;
                unit.Fire(trigger);
                if (!found.TryAdd(unit.State, () => Fired(make(), trigger))) continue;
                open.Enqueue(unit.State);
            }
        }

        return found;
    }

    private static FunctionalUnit Fired(FunctionalUnit unit, UnitTrigger trigger)
    {
        unit.Fire(trigger);
        return unit;
    }
}
