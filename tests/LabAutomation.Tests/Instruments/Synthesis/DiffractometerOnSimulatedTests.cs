using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Synthesis;

/// <summary>The driver of a powder diffractometer against the simulated one.</summary>
public sealed class DiffractometerOnSimulatedTests : IDisposable
{
    private readonly RoomStand _stand = new("scpi-diffractometer", ("position", "61"));

    public void Dispose() => _stand.Dispose();

    [Fact]
    public async Task It_measures_what_stands_at_its_position_and_gives_pattern_and_fraction()
    {
        _stand.Floor.Stand(61, target: 2, recipe: 1, mass: 500);
        var driver = await _stand.ConnectAsync();
        var began = _stand.Clock.GetUtcNow();

        var outcome = await _stand.RunAsync(driver, "scan", ("duration", 8, "min"));

        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        (_stand.Clock.GetUtcNow() - began).TotalMinutes.Should().BeApproximately(8, 0.1);
        outcome.Outputs["fraction"].Value.Should().BeInRange(0, 0.08, "it was not heated");
        (outcome.Outputs["fraction"].Sd, outcome.Outputs["fraction_error"].Value).Should().Be((0.02, 0.02));
        var pattern = outcome.Data["pattern"].Should().BeOfType<Series>().Which;
        pattern.Columns.Select(column => $"{column.Name} {column.Unit}").Should().Equal("two_theta deg", "counts counts");
        (pattern.Values[0][0], pattern.Values[0][^1], pattern.Values[1].Max() > 1000).Should().Be((10, 70, true));
    }

    [Fact]
    public async Task Nothing_to_measure_is_told_before_a_scan()
    {
        var driver = await _stand.ConnectAsync();

        var outcome = await _stand.RunAsync(driver, "scan");

        (outcome.Cause, outcome.Recoverable).Should().Be((CauseCode.Unachievable, true));
        outcome.Message.Should().StartWith("nothing stands at position 61");
        _stand.Device.Effects.All.Should().BeEmpty();
    }

    [Fact]
    public async Task Cancelled_a_scan_ends_without_data()
    {
        _stand.Floor.Stand(61);
        var driver = await _stand.ConnectAsync();
        using var cancel = new CancellationTokenSource();

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "scan"), new ScriptedScope(_stand.Clock) { OnReport = _ => cancel.Cancel() }, cancel.Token);

        outcome.Status.Should().Be(ActionStatus.Cancelled);
        outcome.Data.Should().BeEmpty();
    }

    [Fact]
    public async Task After_the_link_broke_on_the_way_the_scan_is_fetched_and_not_made_again()
    {
        _stand.Floor.Stand(61);
        var driver = await _stand.ConnectAsync();

        var recovery = await _stand.BreakAndRecoverAsync(driver, Commands.Resolve(driver, "scan"));

        recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Data.Should().ContainKey("pattern");
        _stand.Device.Effects.All.Should().ContainSingle();
    }

    [Theory]
    [InlineData(60, false)]
    [InlineData(480, true)]
    public async Task The_next_scan_of_another_time_is_somebody_elses_and_is_not_taken_for_ours(double seconds, bool isOurs)
    {
        _stand.Floor.Stand(61);
        var driver = await _stand.ConnectAsync();
        await _stand.RunAsync(driver, "scan", ("duration", seconds, "s"));

        var recovery = await driver.RecoverAsync(Commands.Started(Commands.Resolve(driver, "scan"), _stand.Clock, [new ActionMark("count", "0", _stand.Clock.GetUtcNow())]), new ScriptedScope(_stand.Clock), CancellationToken.None);

        var outcome = recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome;
        (outcome.Status, outcome.Recoverable, outcome.Data.ContainsKey("pattern")).Should().Be((isOurs ? ActionStatus.Succeeded : ActionStatus.Failed, true, isOurs));
        if (!isOurs) outcome.Message.Should().Contain("scan 1 may be somebody else's: the instrument is set to 60 s, and 480 s were asked for");
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("garbage")]
    [InlineData("echo")]
    [InlineData("partial")]
    public Task What_goes_wrong_on_the_line_is_a_link_error(string fault) => _stand.RefusesAsync(fault, partialAfter: 1);
}
