using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>An envelope within what the driver takes, kept where the device is.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();

    [Fact]
    public async Task Narrower_limits_stand_in_the_birth_and_what_is_beyond_them_reaches_no_device()
    {
        _kitchen.Place = _kitchen.Place with { Limits = ["pour.volume <= 0.15 L", "pour.volume >= 20 mL"] };
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        var calls = _kitchen.Device.Calls;

        _kitchen.Send(_kitchen.Pour(1, volume: 200));
        _kitchen.Send(_kitchen.Pour(2, volume: 10));
        _kitchen.Send(_kitchen.Pour(3, volume: 0.15, unit: "L"));

        var birth = FrameCodec.Decode<Birth>(_kitchen.Broker.Retained[TeaKitchen.Topics.Birth].Payload);
        birth.Commands[0].Parameters[0].Should().BeEquivalentTo(new { Low = 20.0, High = 150.0, Unit = Unit.Parse("mL") });
        birth.SchemaHash.Should().Be(SchemaHashes.Of(birth.Commands, birth.Properties));
        foreach (var n in (int[])[1, 2])
        {
            var refusal = await _kitchen.ReplyAsync(n);
            (refusal.Status, refusal.Cause).Should().Be((ActionStatus.Failed, CauseCode.OutOfRange));
            refusal.Message.Should().Contain("must lie from 20 to 150 mL");
        }

        (await _kitchen.ResultAsync(3)).Status.Should().Be(ActionStatus.Succeeded);
        (_kitchen.Device.Pours, _kitchen.Device.Calls).Should().Be((1, calls + 1));
    }

    [Fact]
    public async Task A_default_beyond_a_limit_is_none_any_more_and_the_value_has_to_be_said()
    {
        _kitchen.Place = _kitchen.Place with { Limits = ["warm.temperature <= 318.15 K"] };
        await _kitchen.StartAsync();

        _kitchen.Send(_kitchen.Pour(1, name: "warm") with { Frame = new CommandFrame(Commands.Arguments(), _kitchen.Clock.GetUtcNow().AddMinutes(5)) });

        (await _kitchen.ReplyAsync(1)).Message.Should().Be("warm needs the parameter 'temperature' in °C");
    }

    [Fact]
    public async Task A_combination_stands_in_the_birth_and_reaches_no_device()
    {
        _kitchen.Place = _kitchen.Place with { Limits = ["pour.volume <= 0.4 L", " pour.volume <= 100 mL where pour.volume >= 50 mL "] };
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        var calls = _kitchen.Device.Calls;

        _kitchen.Send(_kitchen.Pour(1, volume: 200));
        _kitchen.Send(_kitchen.Pour(2, volume: 40));

        FrameCodec.Decode<Birth>(_kitchen.Broker.Retained[TeaKitchen.Topics.Birth].Payload).Limits.Should().Equal("pour.volume <= 100 mL where pour.volume >= 50 mL");
        var refusal = await _kitchen.ReplyAsync(1);
        (refusal.Status, refusal.Cause, refusal.Message).Should().Be((ActionStatus.Failed, CauseCode.OutOfRange, "pour: 'volume' is 200 mL and must be at most 100 mL where 'volume' is at least 50 mL"));
        (await _kitchen.ResultAsync(2)).Status.Should().Be(ActionStatus.Succeeded);
        (_kitchen.Device.Pours, _kitchen.Device.Calls).Should().Be((1, calls + 1));
    }

    [Theory]
    [InlineData("pour.volume < 5 mL", "Limits:1: 'pour.volume < 5 mL' is no limit; write COMMAND.PARAMETER, <= or >=, and a value with its unit, such as dispense.volume <= 5 mL")]
    [InlineData("volume <= 5 mL", "*is no limit*")]
    [InlineData("pour.volume <= lots", "*is no limit*")]
    [InlineData("brew.volume <= 5 mL", "*there is no command 'brew'; there are pour, warm")]
    [InlineData("pour.rate <= 5 mL", "*pour has no parameter 'rate'; it has volume")]
    [InlineData("pour.volume <= 5 g", "*it is in g, and 'volume' is in mL")]
    [InlineData("pour.volume <= 1 L", "*what is left to 'volume' so far goes from 1 to 100 mL, and a limit lies within it")]
    [InlineData("pour.volume >= 101 mL", "*what is left to 'volume' so far goes from 1 to 100 mL*")]
    [InlineData("pour.volume <= 5 mL where", "Limits:1: 'pour.volume <= 5 mL where' is no limit*")]
    [InlineData("pour.volume <= 5 mL where it is hot", "Limits:1: 'pour.volume <= 5 mL where it is hot' is no limit; before and behind 'where' stand bounds*heat.ramp <= 10 K/min where heat.temperature > 800 °C")]
    [InlineData("pour.volume <= 5 mL where warm.temperature > 50 °C", "*is no limit; before and behind 'where' stand bounds of parameters of one command*")]
    [InlineData("pour.volume <= 5 mL where pour.rate > 5 mL/min", "Limits:1: 'pour.rate > 5 mL/min': pour has no parameter 'rate'; it has volume")]
    [InlineData("pour.volume <= 5 g where pour.volume > 5 mL", "*it is in g, and 'volume' is in mL")]
    public async Task A_limit_that_cannot_be_kept_is_refused_by_its_number_before_anything_is_touched(string limit, string complaint)
    {
        _kitchen.Place = _kitchen.Place with { Limits = ["pour.volume <= 100 mL", limit] };

        await FluentActions.Awaiting(() => _kitchen.StartAsync()).Should().ThrowAsync<DriverSettingsException>().WithMessage(complaint);
        _kitchen.Device.Calls.Should().Be(0);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();
}
