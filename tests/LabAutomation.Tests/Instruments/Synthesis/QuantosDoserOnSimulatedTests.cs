using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Synthesis;

/// <summary>The driver of a powder doser against the simulated one.</summary>
public sealed class QuantosDoserOnSimulatedTests : IDisposable
{
    private readonly RoomStand _stand = new("quantos-mtsics", ("position", "5"), ("stock", "10"), ("largest-dose", "8000"));

    public void Dispose() => _stand.Dispose();

    [Fact]
    public async Task It_fills_a_fresh_crucible_in_ten_minutes_and_uses_powder_up()
    {
        var driver = await _stand.ConnectAsync();
        var began = _stand.Clock.GetUtcNow();

        var outcome = await DoseAsync(driver, 17, 3, 1000);

        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        outcome.Outputs["mass"].Value.Should().BeApproximately(1000, 10);
        _stand.Floor.Crucibles[5].Should().BeEquivalentTo(new { Target = 17, Recipe = 3 });
        (_stand.Clock.GetUtcNow() - began).TotalMinutes.Should().BeApproximately(10, 0.3);
        (await driver.ReadPropertiesAsync(CancellationToken.None))["stock"].In("g").Should().BeApproximately(9, 0.01);
    }

    [Fact]
    public async Task A_filled_crucible_is_not_filled_again()
    {
        _stand.Floor.Stand(5, target: 1, recipe: 1, mass: 300);
        var driver = await _stand.ConnectAsync();

        var outcome = await DoseAsync(driver, 17, 3, 1000);

        (outcome.Cause, outcome.Recoverable, outcome.Message).Should().Be((CauseCode.Unachievable, true, "the crucible at position 5 is filled already"));
        _stand.Device.Effects.All.Should().BeEmpty();
    }

    [Fact]
    public async Task An_empty_crucible_that_stands_there_is_taken()
    {
        _stand.Floor.Stand(5);
        var driver = await _stand.ConnectAsync();

        (await DoseAsync(driver, 17, 3, 100)).Status.Should().Be(ActionStatus.Succeeded);

        _stand.Floor.Crucibles[5].Number.Should().Be(1);
    }

    [Fact]
    public async Task Powder_that_is_used_up_and_recipes_that_are_none_are_told()
    {
        var driver = await _stand.ConnectAsync();
        _stand.Floor.FillHeads("quantos-mtsics", 50);

        (await DoseAsync(driver, 17, 3, 100)).Message.Should().Be("the dosing heads hold too little powder for it; fill them");
        (await DoseAsync(driver, 17.5, 3, 100)).Cause.Should().Be(CauseCode.OutOfRange);
    }

    [Fact]
    public async Task Cancelled_it_leaves_in_the_crucible_what_is_there()
    {
        var driver = await _stand.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var scope = new ScriptedScope(_stand.Clock) { OnReport = progress => { if (progress > 0.4) cancel.Cancel(); } };

        var outcome = await driver.ExecuteAsync(Command(driver, 17, 3, 1000), scope, cancel.Token);

        outcome.Status.Should().Be(ActionStatus.Cancelled);
        outcome.Outputs["mass"].Value.Should().BeInRange(400, 600);
        _stand.Floor.Crucibles[5].Mass.Should().BeApproximately(outcome.Outputs["mass"].Value, 0.1);
    }

    [Fact]
    public async Task After_the_link_broke_on_the_way_the_dose_is_followed_and_not_given_again()
    {
        var driver = await _stand.ConnectAsync();

        var recovery = await _stand.BreakAndRecoverAsync(driver, Command(driver, 17, 3, 1000));

        recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Status.Should().Be(ActionStatus.Succeeded);
        _stand.Device.Effects.All.Select(effect => effect.Kind).Should().Equal("dose", "moved");
        _stand.Device.Effects.All[0].Amount.Should().Be(1000);
        _stand.Device.Effects.All[1].Amount.Should().BeApproximately(1000, 8, "four standard deviations");
    }

    [Theory]
    [InlineData(1, 1, 250, true)]
    [InlineData(9, 1, 5, true)]
    [InlineData(1, 2, 5, true)]
    [InlineData(1, 1, 5, false)]
    public async Task A_dose_of_somebody_else_is_not_taken_for_its_own(int target, int recipe, double mass, bool isUnknown)
    {
        var driver = await _stand.ConnectAsync();
        await DoseAsync(driver, target, recipe, mass);

        var recovery = await driver.RecoverAsync(Commands.Started(Command(driver, 1, 1, 5), _stand.Clock, new ActionMark("count", "0", _stand.Clock.GetUtcNow())), new ScriptedScope(_stand.Clock), CancellationToken.None);

        if (isUnknown) recovery.Should().BeOfType<Recovery.Unknown>().Which.Reason.Should().Contain("somebody else's");
        else recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Status.Should().Be(ActionStatus.Succeeded);
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("garbage")]
    [InlineData("echo")]
    [InlineData("partial")]
    public Task What_goes_wrong_on_the_line_is_a_link_error(string fault) => _stand.RefusesAsync(fault, partialAfter: 6);

    private static DriverCommand Command(IDriver driver, double target, double recipe, double mass) =>
        Commands.Resolve(driver, "dose", ("target", target, "1"), ("recipe", recipe, "1"), ("mass", mass, "mg"));

    private Task<ActionOutcome> DoseAsync(IDriver driver, double target, double recipe, double mass) =>
        driver.ExecuteAsync(Command(driver, target, recipe, mass), new ScriptedScope(_stand.Clock), CancellationToken.None);
}
