using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Robots;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Tests.Instruments.Http;

namespace LabAutomation.Tests.Instruments.Opentrons;

public sealed class OpentronsOnSimulatedTests : IAsyncDisposable
{
    private static readonly (string, string)[] Settings =
    [
        ("pipette", "p300_single_gen2"), ("tip-slot", "1"), ("slot-1", "opentrons_96_tiprack_300ul"), ("slot-2", "nest_12_reservoir_15ml"), ("slot-3", "opentrons/nest_96_wellplate_200ul_flat/2"),
    ];

    private readonly JumpingClock _clock = new();
    private readonly PatientClock _linkClock = new();
    private readonly SimulatedDevice _robot;
    private readonly CutLines _lines;
    private readonly IDriver _driver;

    public OpentronsOnSimulatedTests()
    {
        _robot = Robot(Settings);
        _lines = new CutLines(_robot);
        _driver = Driver(_lines, Settings);
    }

    private RobotDeck Deck => _robot.Surroundings<RobotDeck>();

    private int Aspirations => _robot.Effects.All.Count(effect => effect.Kind == EffectKind.Aspirate);

    public async ValueTask DisposeAsync()
    {
        await _driver.DisposeAsync();
        _robot.Dispose();
    }

    [Fact]
    public async Task A_transfer_moves_its_volume_and_leaves_no_tip()
    {
        var identity = await _driver.ConnectAsync(CancellationToken.None);
        var scope = new ScriptedScope(_clock);

        var outcome = await _driver.ExecuteAsync(Transfer(), scope, CancellationToken.None);

        identity.Should().Be(new InstrumentIdentity("Opentrons", "OT-2 Standard", "OT2CEP0000000009", "8.2.0"));
        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        (outcome.Outputs["aspirated"].Value, outcome.Outputs["dispensed"].Value).Should().Be((100, 100));
        (Deck.Volume(2, "A3"), Deck.Volume(3, "B2"), Deck.HasTip).Should().Be((9900, 100, false));
        _robot.Effects.All.Select(effect => (effect.Kind, effect.Amount)).Should().Equal((EffectKind.Tip, 5), (EffectKind.Aspirate, 0.1), (EffectKind.Dispense, 0.1), (EffectKind.Moved, 0.1));
        scope.Marks.Select(mark => mark.Key).Should().Equal("run", "play");
        scope.Progress.Should().BeInAscendingOrder().And.EndWith(1);
    }

    [Fact]
    public async Task Homing_and_dropping_may_be_repeated()
    {
        await _driver.ConnectAsync(CancellationToken.None);
        foreach (var command in new[] { "home", "home", "drop-tip", "drop-tip" })
            (await _driver.ExecuteAsync(Commands.Resolve(_driver, command), new ScriptedScope(_clock), CancellationToken.None)).Status.Should().Be(ActionStatus.Succeeded);
    }

    [Fact]
    public async Task A_cancelled_transfer_stops_and_the_next_one_asks_for_the_tip_to_be_dropped()
    {
        await _driver.ConnectAsync(CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var scope = new ScriptedScope(_clock) { OnReport = progress => { if (progress >= 0.4) cancel.Cancel(); } };

        var outcome = await _driver.ExecuteAsync(Transfer(), scope, cancel.Token);

        outcome.Status.Should().Be(ActionStatus.Cancelled);
        outcome.Outputs["aspirated"].Value.Should().Be(100);
        Deck.HasTip.Should().BeTrue();
        (await _driver.ReadPropertiesAsync(CancellationToken.None))["tip"].Value.Should().Be(1);
        var refused = await _driver.ExecuteAsync(Transfer(), new ScriptedScope(_clock), CancellationToken.None);
        (refused.Status, refused.Recoverable).Should().Be((ActionStatus.Failed, true));
        refused.Message.Should().Contain("drop-tip");
        Aspirations.Should().Be(1);

        await _driver.ExecuteAsync(Commands.Resolve(_driver, "drop-tip"), new ScriptedScope(_clock), CancellationToken.None);
        Deck.HasTip.Should().BeFalse();
        (await _driver.ExecuteAsync(Transfer(tip: 6), new ScriptedScope(_clock), CancellationToken.None)).Status.Should().Be(ActionStatus.Succeeded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wherever_the_link_breaks_liquid_is_moved_at_most_once_and_the_driver_knows_whether(bool arrives)
    {
        await _driver.ConnectAsync(CancellationToken.None);
        var before = _lines.Connections;
        await _driver.ExecuteAsync(Transfer(), new ScriptedScope(_clock), CancellationToken.None);
        var exchanges = _lines.Connections - before;
        exchanges.Should().BeGreaterThan(15);

        for (var cut = 1; cut <= exchanges; cut++)
        {
            using var robot = Robot(Settings);
            var lines = new CutLines(robot) { Arrives = arrives };
            await using var driver = Driver(lines, Settings);
            await driver.ConnectAsync(CancellationToken.None);
            lines.Cut = lines.Connections + cut;
            var scope = new ScriptedScope(_clock);
            await driver.Invoking(it => it.ExecuteAsync(Transfer(), scope, CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>();

            await driver.ConnectAsync(CancellationToken.None);
            var recovery = await driver.RecoverAsync(Commands.Started(Transfer(), _clock, [.. scope.Marks]), new ScriptedScope(_clock), CancellationToken.None);
            var moved = robot.Effects.All.Count(effect => effect.Kind == EffectKind.Aspirate);

            if (recovery is Recovery.DidNotHappen)
            {
                moved.Should().Be(0, $"after exchange {cut} the driver says that nothing happened");
                (await driver.ExecuteAsync(Transfer(), new ScriptedScope(_clock), CancellationToken.None)).Status.Should().Be(ActionStatus.Succeeded);
                robot.Effects.All.Count(effect => effect.Kind == EffectKind.Aspirate).Should().Be(1);
            }
            else
            {
                recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Status.Should().Be(ActionStatus.Succeeded);
                moved.Should().Be(1);
            }
        }
    }

    [Fact]
    public async Task Making_safe_stops_the_robot_and_may_be_repeated()
    {
        await _driver.ConnectAsync(CancellationToken.None);
        var stopped = false;
        var scope = new ScriptedScope(_clock)
        {
            OnReport = progress =>
            {
                if (progress < 0.4 || stopped) return;
                stopped = true;
                using var other = Driver(new CutLines(_robot), Settings).MakeSafeAsync(CancellationToken.None);
                other.GetAwaiter().GetResult();
            },
        };

        var outcome = await _driver.ExecuteAsync(Transfer(), scope, CancellationToken.None);

        (outcome.Status, outcome.Recoverable).Should().Be((ActionStatus.Failed, false));
        outcome.Message.Should().Contain("stopped");
        await _driver.MakeSafeAsync(CancellationToken.None);
        await _driver.MakeSafeAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData(5, 1, 3, 1, 1, "*slot 5*")]
    [InlineData(1, 1, 3, 1, 1, "*slot 1 has the tip rack*")]
    [InlineData(2, 13, 3, 1, 1, "*'source-well' is 13 and nest_12_reservoir_15ml has 12*")]
    [InlineData(2, 1, 3, 97, 1, "*'target-well' is 97*")]
    [InlineData(2, 1, 3, 1, 97, "*'tip' is 97*")]
    public async Task A_place_that_is_not_there_is_refused_before_anything_moves(int from, int fromWell, int to, int toWell, int tip, string message)
    {
        await _driver.ConnectAsync(CancellationToken.None);
        var command = Commands.Resolve(_driver, "transfer", ("volume", 100, "uL"), ("source-slot", from, "1"), ("source-well", fromWell, "1"), ("target-slot", to, "1"), ("target-well", toWell, "1"), ("tip", tip, "1"));

        var outcome = await _driver.ExecuteAsync(command, new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Cause, outcome.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.OutOfRange, true));
        outcome.Message.Should().Match(message);
        _robot.Effects.All.Should().BeEmpty();
    }

    [Fact]
    public async Task A_robot_with_another_pipette_is_at_fault_before_anything_moves()
    {
        await using var driver = Driver(_lines, [.. Settings.Where(setting => setting.Item1 != "pipette"), ("pipette", "p20_single_gen2")]);
        await driver.ConnectAsync(CancellationToken.None);

        await driver.Invoking(it => it.ExecuteAsync(Commands.Resolve(it, "drop-tip"), new ScriptedScope(_clock), CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*p20_single_gen2 is not attached*");
    }

    [Fact]
    public async Task A_flex_says_that_a_tip_is_missing_and_its_trash_is_a_setting()
    {
        (string, string)[] settings = [.. Settings.Where(setting => setting.Item1 != "pipette"), ("pipette", "p1000_single_flex"), ("trash", "movableTrashA3"), ("mount", "right"), ("tip-volume", "200")];
        using var robot = Robot(settings);
        var lines = new CutLines(robot);
        await using var driver = Driver(lines, settings);
        (await driver.ConnectAsync(CancellationToken.None)).Model.Should().Be("OT-3 Standard");
        driver.Commands.Single(command => command.Name == "transfer").Parameters[0].High.Should().Be(200);
        (await driver.ExecuteAsync(Transfer(), new ScriptedScope(_clock), CancellationToken.None)).Status.Should().Be(ActionStatus.Succeeded);

        var outcome = await driver.ExecuteAsync(Transfer(), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Recoverable, outcome.Outputs["aspirated"].Value).Should().Be((ActionStatus.Failed, false, 0));
        outcome.Message.Should().Contain("pickUpTip failed: No Tip Detected");
        (await driver.ExecuteAsync(Commands.Resolve(driver, "drop-tip"), new ScriptedScope(_clock), CancellationToken.None)).Status.Should().Be(ActionStatus.Succeeded);
    }

    private DriverCommand Transfer(int tip = 5) => Commands.Resolve(
        _driver, "transfer", ("volume", 100, "uL"), ("source-slot", 2, "1"), ("source-well", 3, "1"), ("target-slot", 3, "1"), ("target-well", 10, "1"), ("tip", tip, "1"));

    private SimulatedDevice Robot((string Key, string Value)[] settings) =>
        new("opentrons-http", 9, _clock, settings: settings.ToDictionary(setting => setting.Key, setting => setting.Value));

    private IDriver Driver(CutLines lines, (string, string)[] settings) =>
        DriverFamilies.BuiltIn.Create(Commands.Settings("opentrons-http", settings), lines.ConnectAsync, _clock, _linkClock);
}
