using LabAutomation.Instruments;
using LabAutomation.Instruments.Reactor;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Reactor;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Instruments.Reactor;

public sealed class MicroreactorOnSimulatedTests : IAsyncDisposable
{
    private readonly JumpingClock _clock = new();
    private readonly PatientClock _linkClock = new();
    private readonly SimulatedDevice _device;
    private DrumPolicy _policy = new LoadFollower().Propose;
    private IDriver? _driver;

    public MicroreactorOnSimulatedTests() => _device = Device();

    public async ValueTask DisposeAsync()
    {
        if (_driver is not null) await _driver.DisposeAsync();
        _device.Dispose();
    }

    [Fact]
    public async Task A_load_is_followed_within_one_percent_and_the_core_is_shut_down_after_it()
    {
        var outcome = await RunAsync("follow", ("from", 100, "%"), ("to", 90, "%"), ("then", 95, "%"), ("hold", 30, "s"), ("duration", 200, "s"));

        (outcome.Status, outcome.Outputs["followed"].Value, outcome.Outputs["overridden"].Value).Should().Be((ActionStatus.Succeeded, 200, 0), outcome.Message);
        var track = (Series)outcome.Data["track"];
        track.Columns.Select(column => $"{column.Name}/{column.Unit}").Should().Equal("time/s", "set-point/%", "power/%", "fuel/K", "angle/deg", "verdict/1");
        track.Rows.Should().Be(200);
        var (setPoints, powers) = (track.Values[1], track.Values[2]);
        setPoints[0].Should().Be(100);
        setPoints.Min().Should().BeApproximately(90, 0.2);
        setPoints[^1].Should().BeApproximately(95, 0.01);
        setPoints.Zip(powers).Average(pair => Math.Abs(pair.Second - pair.First)).Should().BeLessThan(0.5);
        Hall.Look().Angle.Should().Be(0);
        _device.Effects.All.Select(effect => effect.Kind).Should().Equal(EffectKind.Core, EffectKind.Scram);
    }

    [Fact]
    public async Task A_schedule_looks_at_no_measurement()
    {
        var outcome = await RunAsync("schedule", ("from", 90, "%"), ("to", 80, "%"), ("then", 80, "%"), ("turn", 10, "deg"), ("follow-up", 0, "deg"), ("duration", 100, "s"));

        var angles = ((Series)outcome.Data["track"]).Values[4];
        (angles[0] - angles[^1]).Should().BeApproximately(1, 0.1, "a tenth of the power at 10 degrees for all of it");
    }

    [Fact]
    public async Task Whoever_wants_all_drums_out_is_bent_and_the_limits_hold()
    {
        _policy = _ => 1;

        var outcome = await RunAsync("follow", ("from", 80, "%"), ("to", 80, "%"), ("duration", 200, "s"));

        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        outcome.Outputs["overridden"].Value.Should().Be(100);
        ((Series)outcome.Data["track"]).Values[2].Max().Should().BeLessThan(106);
    }

    [Fact]
    public async Task Who_steered_and_when_it_was_outside_of_what_it_is_made_for_is_told_with_the_result()
    {
        var second = 0;
        _policy = view => new DrumProposal(new LoadFollower().Propose(view).Rate, second++ is 5 or 6 ? "'fuel'[0] is 700 K" : null);

        var doubted = await RunAsync("follow", ("to", 100, "%"), ("duration", 20, "s"));
        second = 100;
        var plain = await RunAsync("follow", ("to", 100, "%"), ("duration", 20, "s"));
        var scheduled = await RunAsync("schedule", ("to", 100, "%"), ("duration", 20, "s"));

        (doubted.Status, doubted.Cause, doubted.Outputs["doubtful"].Value).Should().Be((ActionStatus.Succeeded, CauseCode.SuccessWithWarnings, 10));
        doubted.Message.Should().Be("steered by a policy of this test, which was in doubt in 2 of 20 s, first after 5 s: 'fuel'[0] is 700 K");
        (plain.Cause, plain.Message, plain.Outputs["doubtful"].Value).Should().Be((CauseCode.Success, "steered by a policy of this test", 0));
        scheduled.Message.Should().Be("steered by the schedule");
    }

    [Fact]
    public async Task A_policy_that_gives_no_number_lets_the_drums_go_in()
    {
        _policy = _ => double.NaN;

        var outcome = await RunAsync("follow", ("to", 90, "%"), ("duration", 20, "s"));

        ((Series)outcome.Data["track"]).Values[2][^1].Should().BeLessThan(60);
        outcome.Outputs["overridden"].Value.Should().Be(100);
    }

    [Fact]
    public async Task A_trip_turns_the_drums_in_and_leaves_the_unit_to_a_person()
    {
        using var broken = Device(("stuck-power-channels", "2"));

        var outcome = await RunAsync(broken, "follow", ("to", 90, "%"));

        (outcome.Status, outcome.Cause, outcome.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.EmergencyStop, false));
        outcome.Message.Should().Be("the safety filter tripped after 32 s: fewer than two channels of power agree; all drums are in");
        ((Series)outcome.Data["track"]).Values[5].TakeLast(3).Should().Equal(1, 1, 2);
        broken.Surroundings<ReactorHall>().Look().Angle.Should().Be(0);
    }

    [Fact]
    public async Task A_trip_is_noted_before_the_drums_move_and_stays_one_for_a_program_that_comes_after()
    {
        using var broken = Device(("stuck-power-channels", "2"));
        var driver = await DriverAsync(broken);
        var command = Commands.Resolve(driver, "follow", ("to", 90, "%"));
        var scope = new ScriptedScope(_clock);
        await driver.ExecuteAsync(command, scope, CancellationToken.None);
        scope.Marks.Select(mark => mark.Key).Should().Equal("runs", "trip");

        var recovery = await driver.RecoverAsync(new StartedAction(command, _clock.GetUtcNow(), [.. scope.Marks]), scope, CancellationToken.None);

        var outcome = recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome;
        (outcome.Status, outcome.Cause, outcome.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.EmergencyStop, false));
        outcome.Message.Should().StartWith("the safety filter tripped after 32 s");
    }

    [Fact]
    public async Task A_drum_that_does_not_move_trips()
    {
        var (driver, seconds) = (await DriverAsync(_device), 0);
        var scope = new ScriptedScope(_clock) { OnReport = _ => { if (++seconds == 10) Hall.Jam(3); } };

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "follow", ("to", 70, "%")), scope, CancellationToken.None);

        outcome.Message.Should().Contain("drum 4 is not where it was sent");
    }

    [Fact]
    public async Task A_cancelled_run_gives_what_it_has_and_shuts_the_core_down()
    {
        var driver = await DriverAsync(_device);
        using var cancel = new CancellationTokenSource();
        var scope = new ScriptedScope(_clock) { OnReport = _ => cancel.Cancel() };

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "follow", ("to", 90, "%")), scope, cancel.Token);

        (outcome.Status, outcome.Message, outcome.Outputs["followed"].Value).Should().Be((ActionStatus.Cancelled, "cancelled after 1 of 300 s; all drums are in", 1));
        Hall.Look().Angle.Should().Be(0);
    }

    [Fact]
    public async Task Making_safe_is_harmless_when_repeated()
    {
        var driver = await DriverAsync(_device);
        await driver.MakeSafeAsync(CancellationToken.None);
        await driver.MakeSafeAsync(CancellationToken.None);

        (await driver.ReadPropertiesAsync(CancellationToken.None))["running"].Value.Should().Be(0);
        _device.Effects.All.Should().BeEmpty("a core that is shut down has no drums to turn in");
    }

    private ReactorHall Hall => _device.Surroundings<ReactorHall>();

    private SimulatedDevice Device(params (string Key, string Value)[] settings) =>
        new("microreactor", 1, _clock, settings: settings.ToDictionary(setting => setting.Key, setting => setting.Value));

    private Task<ActionOutcome> RunAsync(string command, params (string, double, string)[] arguments) => RunAsync(_device, command, arguments);

    private async Task<ActionOutcome> RunAsync(SimulatedDevice device, string command, params (string, double, string)[] arguments)
    {
        var driver = await DriverAsync(device);
        return await driver.ExecuteAsync(Commands.Resolve(driver, command, arguments), new ScriptedScope(_clock), CancellationToken.None);
    }

    private async Task<IDriver> DriverAsync(SimulatedDevice device)
    {
        var make = MicroreactorFamily.SteeredBy(_ => new SteeringModel("a policy of this test", view => _policy(view)));
        _driver = make(Commands.Settings("microreactor", ("policy", "any")), _ => Task.FromResult(device.Connect()), _clock, _linkClock);
        await _driver.ConnectAsync(CancellationToken.None);
        return _driver;
    }
}
