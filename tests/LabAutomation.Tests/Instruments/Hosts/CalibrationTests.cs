using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>The birth tells what was calibrated, and values say when their calibration has run out.</summary>
public sealed class CalibrationTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TeaKitchen _kitchen = new();

    [Fact]
    public async Task The_birth_carries_the_calibrations()
    {
        await StartAsync(Of("poured", until: 10));

        Birth().Calibrations.Should().Equal(Of("poured", until: 10));
    }

    [Fact]
    public async Task A_birth_without_calibrations_says_nothing_of_them()
    {
        await StartAsync();

        Birth().Calibrations.IsDefault.Should().BeTrue();
        System.Text.Encoding.UTF8.GetString(_kitchen.Broker.Published.First(message => message.Topic == TeaKitchen.Topics.Birth).Payload.Span).Should().NotContain("calibrations");
    }

    [Theory]
    [InlineData(10, Quality.Good)]
    [InlineData(-1, Quality.Uncertain)]
    [InlineData(0, Quality.Uncertain)]
    public async Task A_property_whose_calibration_has_run_out_is_uncertain(double minutesLeft, Quality quality)
    {
        await StartAsync(Of("poured", until: minutesLeft));

        (await PropertyAsync(1)).Quality.Should().Be(quality);
    }

    [Fact]
    public async Task A_calibration_runs_out_while_the_lab_works()
    {
        await StartAsync(Of("poured", until: 1));
        (await PropertyAsync(1)).Quality.Should().Be(Quality.Good);

        _kitchen.Clock.Advance(TimeSpan.FromMinutes(2));

        (await PropertyAsync(2)).Quality.Should().Be(Quality.Uncertain);
    }

    [Fact]
    public async Task The_latest_calibration_of_a_thing_counts()
    {
        await StartAsync(Of("poured", until: -1) with { At = Noon.AddDays(-400) }, Of("poured", until: 60));

        (await PropertyAsync(1)).Quality.Should().Be(Quality.Good);
    }

    [Theory]
    [InlineData(10, CauseCode.Success, "done")]
    [InlineData(-1, CauseCode.SuccessWithWarnings, "the calibration of volume ran out on 2026-03-01")]
    public async Task A_result_that_rests_on_a_calibration_that_has_run_out_warns(double minutesLeft, CauseCode cause, string message)
    {
        await StartAsync(Of("pour.volume", until: minutesLeft));

        _kitchen.Send(_kitchen.Pour(1));

        (await _kitchen.ResultAsync(1)).Should().Match<ResultFrame>(result => result.Status == ActionStatus.Succeeded && result.Cause == cause && result.Message == message);
    }

    [Fact]
    public void What_can_be_calibrated_are_properties_and_outputs() =>
        Calibratable.Of(new TeaMakerDriver(new TeaMaker())).Should().Equal("poured", "pour.volume");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private static Calibration Of(string of, double until) => new(of, "Ada", "a measuring jug", Noon.AddDays(-1), Noon.AddMinutes(until));

    private async Task StartAsync(params Calibration[] calibrations)
    {
        _kitchen.Place = _kitchen.Place with { Calibrations = [.. calibrations] };
        await _kitchen.StartAsync((_, _, _) => Task.FromResult(ActionOutcome.Succeeded().With("volume", Quantity.Of(200, "mL"))));
        await _kitchen.StateAsync(UnitState.Idle);
    }

    private Birth Birth() => FrameCodec.Decode<Birth>(_kitchen.Broker.Published.First(message => message.Topic == TeaKitchen.Topics.Birth).Payload);

    private Task<PropertyFrame> PropertyAsync(int which) => _kitchen.Broker.SeeAsync(all => all
        .Where(message => message.Topic == TeaKitchen.Topics.Property("poured")).Skip(which - 1).Select(message => FrameCodec.Decode<PropertyFrame>(message.Payload)).FirstOrDefault());
}
