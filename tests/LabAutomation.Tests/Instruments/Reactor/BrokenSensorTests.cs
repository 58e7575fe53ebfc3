using LabAutomation.Instruments.Reactor;
using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Tests.Instruments.Reactor;

/// <summary>The filter believes no single sensor.</summary>
public sealed class BrokenSensorTests
{
    private readonly SafetyFilter _filter = new(new ReactorLimits());

    public static TheoryData<SensorFault> Single => new()
    {
        new StuckSensor(new(ReactorQuantity.Power, 0), 5), new DriftingSensor(new(ReactorQuantity.Power, 1), 5, 0.02), new DriftingSensor(new(ReactorQuantity.Power, 2), 5, -0.02),
        new DeadSensor(new(ReactorQuantity.Power, 0), 5), new StuckSensor(new(ReactorQuantity.Fuel, 2), 5), new DriftingSensor(new(ReactorQuantity.CoolantOutlet, 0), 5, 1),
        new StuckSensor(new(ReactorQuantity.DrumAngle, 3), 5), new DriftingSensor(new(ReactorQuantity.DrumAngle, 8), 5, 0.5), new DeadSensor(new(ReactorQuantity.DrumAngle, 15), 5),
    };

    [Theory]
    [MemberData(nameof(Single))]
    public void One_broken_sensor_neither_trips_nor_lets_a_limit_be_passed(SensorFault fault)
    {
        var core = new FilteredCore(_filter, 0.8, fault);
        for (var second = 0; second < 60; second++)
        {
            core.Propose(second < 30 ? 0.5 : -0.2);
            core.Worst.Power.Should().BeLessThanOrEqualTo(1.05);
        }

        _filter.Trip.Should().BeNull();
    }

    [Theory]
    [InlineData(ReactorQuantity.Power, "fewer than two channels of power agree")]
    [InlineData(ReactorQuantity.Fuel, "fewer than two channels of fuel temperature agree")]
    [InlineData(ReactorQuantity.CoolantOutlet, "fewer than two channels of outlet temperature agree")]
    public void Two_stuck_channels_of_a_quantity_trip(ReactorQuantity quantity, string reason)
    {
        var core = new FilteredCore(_filter, 0.9, new StuckSensor(new(quantity, 0), 10), new StuckSensor(new(quantity, 2), 10));

        core.ProposeUntilTripped(0, 20)!.Because.Should().Be(reason);

        core.Core.Time.Should().BeLessThan(16);
    }

    [Theory]
    [InlineData(1e-9)]
    [InlineData(1e-6)]
    [InlineData(-1e-4)]
    [InlineData(0.002)]
    public void Two_channels_that_only_creep_are_as_good_as_stuck(double rate)
    {
        var core = new FilteredCore(_filter, 0.9, [.. Creeping(ReactorQuantity.Power, rate, 0, 2)]);

        core.ProposeUntilTripped(0, 30).Should().NotBeNull();

        core.Core.Time.Should().BeLessThan(25);
    }

    [Theory]
    [InlineData(ReactorQuantity.Power, 3, 1e-9)]
    [InlineData(ReactorQuantity.Power, 3, 1e-6)]
    [InlineData(ReactorQuantity.DrumAngle, 16, 1e-6)]
    public void All_sensors_of_a_quantity_that_only_creep_let_no_limit_be_passed(ReactorQuantity quantity, int sensors, double rate)
    {
        var core = new FilteredCore(_filter, 0.75, [.. Creeping(quantity, rate, [.. Enumerable.Range(0, sensors)])]);
        for (var second = 0; second < 60; second++)
        {
            core.Propose(0.5);
            core.Worst.Power.Should().BeLessThanOrEqualTo(1.05);
        }

        _filter.Trip.Should().NotBeNull();
    }

    [Theory]
    [InlineData(-0.0001)]
    [InlineData(-0.0002)]
    [InlineData(-0.0005)]
    [InlineData(-0.002)]
    [InlineData(-0.01)]
    public void Two_channels_that_drift_down_together_do_not_outvote_the_one_that_is_right(double rate)
    {
        var core = new FilteredCore(_filter, 0.9, new DriftingSensor(new(ReactorQuantity.Power, 0), 10, rate), new DriftingSensor(new(ReactorQuantity.Power, 1), 10, rate));
        for (var second = 0; second < 400; second++)
        {
            core.Propose(0.5);
            core.Worst.Power.Should().BeLessThanOrEqualTo(1.05);
        }

        _filter.Trip.Should().NotBeNull();
    }

    [Theory]
    [InlineData(0.0003)]
    [InlineData(0.001)]
    [InlineData(0.01)]
    public void One_channel_that_drifts_up_is_refuted_by_heat_or_by_the_model(double rate)
    {
        var core = new FilteredCore(_filter, 0.8, new DriftingSensor(new(ReactorQuantity.Power, 1), 10, rate));

        var bent = Enumerable.Range(0, 300).Count(_ => core.Propose(0).Decision != FilterDecision.Accepted);

        _filter.Trip.Should().BeNull();
        bent.Should().BeLessThan(20, "hardly anything made the drums go in");
    }

    [Fact]
    public void All_encoders_that_drift_inwards_together_do_not_outvote_the_order()
    {
        var core = new FilteredCore(_filter, 0.75, [.. Enumerable.Range(0, 16).Select(encoder => new DriftingSensor(new(ReactorQuantity.DrumAngle, encoder), 2, -0.05))]);
        for (var second = 0; second < 60; second++)
        {
            core.Propose(0.5);
            core.Worst.Power.Should().BeLessThanOrEqualTo(1.05);
        }

        _filter.Trip.Should().MatchRegex("drum . is not where it was sent");
    }

    [Fact]
    public void Living_sensors_are_hardly_ever_taken_for_dead_ones()
    {
        var core = new FilteredCore(_filter, 0.9);

        var bent = Enumerable.Range(0, 3000).Count(_ => core.Propose(0).Decision != FilterDecision.Accepted);

        bent.Should().BeLessThan(5);
        _filter.Trip.Should().BeNull();
    }

    [Fact]
    public void Channels_that_freeze_together_have_no_say_from_the_first_reading_that_they_repeat()
    {
        var core = new FilteredCore(_filter, 0.9, new StuckSensor(new(ReactorQuantity.Power, 0), 10), new StuckSensor(new(ReactorQuantity.Power, 2), 10));
        for (var second = 0; second < 10; second++) core.Propose(0).Decision.Should().Be(FilterDecision.Accepted);

        var verdict = core.Propose(0.5);

        (verdict.Decision, verdict.Because).Should().Be((FilterDecision.Bent, "fewer than two channels of power agree"));
        verdict.Rates.Should().AllBeEquivalentTo(-1.0);
    }

    [Theory]
    [InlineData(-0.2)]
    [InlineData(0)]
    [InlineData(0.5)]
    public void Two_encoders_of_a_drum_that_are_stuck_together_have_no_say(double rate)
    {
        var core = new FilteredCore(_filter, 0.9, new StuckSensor(new(ReactorQuantity.DrumAngle, 4), 2), new StuckSensor(new(ReactorQuantity.DrumAngle, 5), 2));

        core.ProposeUntilTripped(rate, 10)!.Because.Should().Be("no encoder of drum 3 shows where it is");
    }

    [Fact]
    public void All_encoders_stuck_while_the_drums_go_out_let_no_limit_be_passed()
    {
        var core = new FilteredCore(_filter, 0.75, [.. Enumerable.Range(0, 16).Select(encoder => new StuckSensor(new(ReactorQuantity.DrumAngle, encoder), 6))]);
        for (var second = 0; second < 20; second++)
        {
            core.Propose(0.5);
            core.Worst.Power.Should().BeLessThanOrEqualTo(1.05);
        }

        _filter.Trip.Should().MatchRegex("no encoder of drum . shows where it is");
    }

    private static IEnumerable<SensorFault> Creeping(ReactorQuantity quantity, double rate, params int[] sensors) =>
        sensors.SelectMany(sensor => new SensorFault[] { new StuckSensor(new(quantity, sensor), 10), new DriftingSensor(new(quantity, sensor), 10, rate) });

    [Fact]
    public void A_drum_that_one_encoder_is_left_of_and_that_jams_is_found_out()
    {
        var core = new FilteredCore(_filter, 0.9, new DeadSensor(new(ReactorQuantity.DrumAngle, 12), 0));
        core.Core.Bank.Drums[6].IsJammed = true;

        core.ProposeUntilTripped(-0.2, 30)!.Because.Should().Be("drum 7 is not where it was sent");
    }

    [Fact]
    public void A_jammed_drum_is_found_out()
    {
        var core = new FilteredCore(_filter, 0.9);
        core.Core.Bank.Drums[6].IsJammed = true;

        core.ProposeUntilTripped(-0.2, 30)!.Because.Should().Be("drum 7 is not where it was sent");
    }

    [Fact]
    public void Channels_that_drift_together_disagree_with_the_model()
    {
        var core = new FilteredCore(_filter, 0.9, [.. Enumerable.Range(0, 3).Select(channel => new DriftingSensor(new(ReactorQuantity.Power, channel), 5, -0.03))]);

        core.ProposeUntilTripped(0, 60)!.Because.Should().MatchRegex("disagree|cannot explain");
    }
}
