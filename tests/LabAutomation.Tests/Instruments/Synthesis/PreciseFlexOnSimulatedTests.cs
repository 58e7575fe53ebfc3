using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Synthesis;

namespace LabAutomation.Tests.Instruments.Synthesis;

/// <summary>The driver of an arm against the simulated one.</summary>
public sealed class PreciseFlexOnSimulatedTests : IDisposable
{
    private readonly RoomStand _stand = new("preciseflex-tcs", ("positions", "1-60,99"), ("bin", "99"));

    public void Dispose() => _stand.Dispose();

    [Fact]
    public async Task It_carries_a_crucible_in_forty_seconds()
    {
        _stand.Floor.Stand(1);
        var driver = await _stand.ConnectAsync();
        var began = _stand.Clock.GetUtcNow();

        var outcome = await _stand.RunAsync(driver, "transfer", ("from", 1, "1"), ("to", 42, "1"));

        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        _stand.Floor.Crucibles.Keys.Should().Equal(42);
        (_stand.Clock.GetUtcNow() - began).TotalSeconds.Should().BeInRange(40, 42);
    }

    [Fact]
    public async Task Nothing_at_its_source_is_told_by_the_gripper()
    {
        var driver = await _stand.ConnectAsync();

        var outcome = await _stand.RunAsync(driver, "transfer", ("from", 7, "1"), ("to", 8, "1"));

        (outcome.Status, outcome.Cause, outcome.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.Unachievable, true));
        outcome.Message.Should().Be("nothing stands at position 7: the gripper closed on nothing");
    }

    [Fact]
    public async Task A_target_that_is_taken_is_told_and_the_crucible_comes_back()
    {
        _stand.Floor.Stand(7);
        _stand.Floor.Stand(8);
        var driver = await _stand.ConnectAsync();

        var outcome = await _stand.RunAsync(driver, "transfer", ("from", 7, "1"), ("to", 8, "1"));

        (outcome.Cause, outcome.Message).Should().Be((CauseCode.Unachievable, "position 8 is taken; the crucible stands at position 7 again"));
        _stand.Floor.Crucibles.Keys.Should().BeEquivalentTo([7, 8]);
    }

    [Theory]
    [InlineData(61, 1, "position 61 was not taught; taught are 1-60,99")]
    [InlineData(1, 1.5, "position 1.5 was not taught*")]
    [InlineData(5, 5, "'from' and 'to' are both position 5")]
    public async Task A_position_that_cannot_be_moves_nothing(double from, double to, string message)
    {
        var driver = await _stand.ConnectAsync();

        var outcome = await _stand.RunAsync(driver, "transfer", ("from", from, "1"), ("to", to, "1"));

        outcome.Cause.Should().Be(CauseCode.OutOfRange);
        outcome.Message.Should().Match(message);
        _stand.Device.Effects.All.Should().BeEmpty();
    }

    [Fact]
    public async Task Cancelled_with_a_crucible_in_its_gripper_it_puts_it_down_where_it_was_to_go()
    {
        _stand.Floor.Stand(1);
        var driver = await _stand.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var scope = new ScriptedScope(_stand.Clock) { OnReport = progress => { if (progress > 0.3) cancel.Cancel(); } };

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "transfer", ("from", 1, "1"), ("to", 2, "1")), scope, cancel.Token);

        outcome.Status.Should().Be(ActionStatus.Succeeded);
        _stand.Floor.Crucibles.Keys.Should().Equal(2);
    }

    [Fact]
    public async Task Cancelled_before_it_took_anything_it_halts()
    {
        _stand.Floor.Stand(1);
        var driver = await _stand.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var scope = new ScriptedScope(_stand.Clock) { OnReport = _ => cancel.Cancel() };

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "transfer", ("from", 1, "1"), ("to", 2, "1")), scope, cancel.Token);

        (outcome.Status, outcome.Message).Should().Be((ActionStatus.Cancelled, "cancelled before the crucible was taken"));
        _stand.Floor.Crucibles.Keys.Should().Equal(1);
    }

    [Fact]
    public async Task What_a_halted_arm_holds_is_put_down_by_another_command()
    {
        _stand.Floor.Stand(1);
        var driver = await _stand.ConnectAsync();
        _stand.Device.Connect().Write("Carry 1 2\n"u8);
        await Task.Delay(TcsArm.Reach + TimeSpan.FromSeconds(1), _stand.Clock);
        await driver.ConnectAsync(CancellationToken.None);
        await driver.MakeSafeAsync(CancellationToken.None);
        (await driver.ReadPropertiesAsync(CancellationToken.None))["holding"].Value.Should().Be(1);
        (await _stand.RunAsync(driver, "transfer", ("from", 1, "1"), ("to", 2, "1"))).Message.Should().Be("the gripper holds a crucible; 'put' puts it down");

        var outcome = await _stand.RunAsync(driver, "put", ("to", 3, "1"));

        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        _stand.Floor.Crucibles.Keys.Should().Equal(3);
    }

    [Fact]
    public async Task An_arm_without_power_says_what_a_person_has_to_do()
    {
        var driver = await _stand.ConnectAsync();
        _stand.Floor.CutPower("preciseflex-tcs");

        var outcome = await _stand.RunAsync(driver, "transfer", ("from", 1, "1"), ("to", 2, "1"));

        (outcome.Cause, outcome.Recoverable).Should().Be((CauseCode.HardwareFault, false));
        outcome.Message.Should().Contain("emergency stop");
    }

    [Fact]
    public async Task After_the_link_broke_on_the_way_the_carriage_is_followed_and_not_ordered_again()
    {
        _stand.Floor.Stand(1);
        var driver = await _stand.ConnectAsync();
        var command = Commands.Resolve(driver, "transfer", ("from", 1, "1"), ("to", 2, "1"));

        var recovery = await _stand.BreakAndRecoverAsync(driver, command);

        recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Status.Should().Be(ActionStatus.Succeeded);
        _stand.Device.Effects.All.Select(effect => effect.Kind).Should().Equal("pick", "place");
    }

    [Fact]
    public async Task A_carriage_that_others_followed_is_unknown()
    {
        var driver = await _stand.ConnectAsync();
        var command = Commands.Resolve(driver, "transfer", ("from", 1, "1"), ("to", 2, "1"));
        for (var k = 0; k < 2; k++) await _stand.RunAsync(driver, "transfer", ("from", 1, "1"), ("to", 2, "1"));

        var recovery = await driver.RecoverAsync(Commands.Started(command, _stand.Clock, new ActionMark("count", "0", _stand.Clock.GetUtcNow())), new ScriptedScope(_stand.Clock), CancellationToken.None);

        recovery.Should().BeOfType<Recovery.Unknown>().Which.Reason.Should().Contain("2 carriages since");
    }

    [Fact]
    public async Task A_carriage_of_somebody_else_is_not_taken_for_its_own()
    {
        _stand.Floor.Stand(1);
        _stand.Floor.Stand(7);
        var driver = await _stand.ConnectAsync();
        var command = Commands.Resolve(driver, "transfer", ("from", 1, "1"), ("to", 2, "1"));
        await _stand.RunAsync(driver, "transfer", ("from", 7, "1"), ("to", 8, "1"));

        var recovery = await driver.RecoverAsync(Commands.Started(command, _stand.Clock, new ActionMark("count", "0", _stand.Clock.GetUtcNow())), new ScriptedScope(_stand.Clock), CancellationToken.None);

        recovery.Should().BeOfType<Recovery.Unknown>().Which.Reason.Should().Contain("from position 7 to position 8");
        _stand.Floor.Crucibles.Keys.Should().BeEquivalentTo([1, 8]);
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("garbage")]
    [InlineData("echo")]
    [InlineData("partial")]
    public Task What_goes_wrong_on_the_line_is_a_link_error(string fault) => _stand.RefusesAsync(fault, partialAfter: 4);
}
