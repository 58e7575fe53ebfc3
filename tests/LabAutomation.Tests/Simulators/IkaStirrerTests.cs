using System.Globalization;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Stirring;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Simulators;

public sealed class IkaStirrerTests
{
    [Theory]
    [InlineData("IN_NAME\r\n", "RCT digital\r\n")]
    [InlineData("IN_PV_4 \r\n", "0.0 4\r\n")]
    [InlineData("IN_PV_1\r\n", "22.0 1\r\n")]
    [InlineData("IN_PV_2 \r \n", "22.0 2\r\n")]
    [InlineData("IN_SP_3\r\n", "360.0 3\r\n")]
    [InlineData("OUT_SP_4 300\r\n", "")]
    [InlineData("OUT_SP_4 300\r\nIN_SP_4\r\n", "300.0 4\r\n")]
    [InlineData("OUT_SP_1 37.5\r\nIN_SP_1\r\n", "37.5 1\r\n")]
    [InlineData("OUT_SP_4 1501\r\nIN_SP_4\r\n", "0.0 4\r\n")]
    [InlineData("OUT_SP_1 311\r\nIN_SP_1\r\n", "20.0 1\r\n")]
    [InlineData("OUT_WD1@20\r\n", "20.0\r\n")]
    [InlineData("OUT_WD1@19\r\n", "")]
    [InlineData("OUT_SP_42@100\r\n", "100.0\r\n")]
    [InlineData("in_name\r\n", "")]
    [InlineData("BOIL\r\n", "")]
    public void Each_command_is_answered_as_the_manual_says(string bytes, string answer)
    {
        using var bed = new BenchBed();
        bed.Ask("stirrer", bytes).Should().Be(answer);
    }

    [Fact]
    public void The_speed_follows_its_set_point_as_a_first_order_lag()
    {
        using var bed = new BenchBed();
        bed.Ask("stirrer", "OUT_SP_4 600\r\nSTART_4\r\n");
        bed.Pass(1.5);
        bed.Ask("stirrer", "IN_PV_4\r\n").Should().Be("379.3 4\r\n", "1 − 1/e of 600");
        bed.Pass(20);
        bed.Ask("stirrer", "IN_PV_4\r\n").Should().Be("600.0 4\r\n");
        bed.Ask("stirrer", "STOP_4\r\n");
        bed.Pass(1.5);
        bed.Ask("stirrer", "IN_PV_4\r\n").Should().Be("220.7 4\r\n");
    }

    [Fact]
    public void Starting_a_motor_that_runs_is_no_new_effect()
    {
        using var bed = new BenchBed();
        bed.Ask("stirrer", "OUT_SP_4 600\r\nSTART_4\r\nSTART_4\r\nSTOP_4\r\nSTART_4\r\n");
        bed.Bench.Effects.All.Select(effect => (effect.Kind, effect.Amount)).Should().Equal((EffectKind.Stir, 600), (EffectKind.Stir, 600));
    }

    [Fact]
    public void The_plate_heats_to_its_set_point_and_loses_heat_when_off()
    {
        using var bed = new BenchBed();
        bed.Ask("stirrer", "OUT_SP_1 60\r\nSTART_1\r\n");
        var before = Temperature(bed);
        for (var minute = 0; minute < 15; minute++)
        {
            bed.Pass(60);
            var now = Temperature(bed);
            now.Should().BeGreaterThanOrEqualTo(before).And.BeLessThanOrEqualTo(60);
            before = now;
        }

        before.Should().BeApproximately(60, 0.1);
        bed.Ask("stirrer", "STOP_1\r\n");
        bed.Pass(Hotplate.LossLag);
        Temperature(bed).Should().BeApproximately(22 + (38 / Math.E), 0.1);
    }

    [Fact]
    public void A_lower_set_point_is_reached_by_heat_loss_and_held()
    {
        using var bed = new BenchBed();
        bed.Ask("stirrer", "OUT_SP_1 60\r\nSTART_1\r\n");
        bed.Pass(3600);
        bed.Ask("stirrer", "OUT_SP_1 40\r\n");
        bed.Pass(60);
        Temperature(bed).Should().BeInRange(55, 59);
        bed.Pass(7200);
        Temperature(bed).Should().Be(40);
    }

    [Fact]
    public void The_watchdog_switches_off_when_no_bytes_come_and_any_byte_feeds_it()
    {
        using var bed = new BenchBed();
        bed.Ask("stirrer", "OUT_SP_4 600\r\nSTART_4\r\nOUT_WD1@30\r\n");
        bed.Pass(29);
        bed.Ask("stirrer", "IN_SP_4\r\n");
        bed.Pass(29);
        bed.Ask("stirrer", "IN_PV_4\r\n").Should().Be("600.0 4\r\n");
        bed.Pass(31.5);
        bed.Ask("stirrer", "IN_PV_4\r\n").Should().Be("220.7 4\r\n", "the motor went off 1.5 s ago, though nobody looked");
        bed.Pass(60);
        bed.Ask("stirrer", "IN_PV_4\r\n").Should().Be("0.0 4\r\n");
    }

    [Fact]
    public void The_second_watchdog_goes_to_the_safety_speed()
    {
        using var bed = new BenchBed();
        bed.Ask("stirrer", "OUT_SP_4 600\r\nSTART_4\r\nOUT_SP_42@100\r\nOUT_WD2@30\r\n");
        bed.Pass(60);
        bed.Ask("stirrer", "IN_PV_4\r\nIN_SP_4\r\n").Should().Be("100.0 4\r\n100.0 4\r\n");
    }

    [Fact]
    public void Reset_stops_everything()
    {
        using var bed = new BenchBed();
        bed.Ask("stirrer", "OUT_SP_4 600\r\nSTART_4\r\nRESET\r\n");
        bed.Pass(60);
        bed.Ask("stirrer", "IN_PV_4\r\n").Should().Be("0.0 4\r\n");
    }

    [Fact]
    public void Revolutions_are_the_integral_of_the_speed_however_often_it_is_cut()
    {
        var start = DateTimeOffset.UnixEpoch;
        var (whole, cut) = (new Rotor(), new Rotor());
        whole.Turn(480, start);
        cut.Turn(480, start);
        var sum = 0.0;
        for (var i = 0; i < 1000; i++)
        {
            sum += cut.Speed(start.AddMilliseconds((i * 10) + 5)) * 0.010 / 60;
            cut.Turn(480, start.AddMilliseconds((i + 1) * 10));
        }

        whole.Revolutions(start.AddSeconds(10)).Should().BeApproximately(sum, 1e-4);
        cut.Revolutions(start.AddSeconds(10)).Should().BeApproximately(whole.Revolutions(start.AddSeconds(10)), 1e-9);
    }

    private static double Temperature(BenchBed bed) =>
        double.Parse(bed.Ask("stirrer", "IN_PV_1\r\n").Split(' ')[0], CultureInfo.InvariantCulture);
}
