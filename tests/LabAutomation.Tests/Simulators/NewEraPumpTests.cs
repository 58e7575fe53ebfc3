using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Pumps;
using LabAutomation.Simulators.Time;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Simulators;

public sealed class NewEraPumpTests
{
    private const string Pump = "pump-cyan";

    [Fact]
    public void After_power_came_on_the_first_answer_is_the_reset_alarm_and_nothing_was_carried_out()
    {
        using var bed = new BenchBed();
        bed.Ask(Pump, "DIA 20.00\r").Should().Be("\x02" + "00A?R\x03");
        bed.Ask(Pump, "DIA\r").Should().Be("\x02" + "00S14.43\x03");
    }

    [Theory]
    [InlineData("", "00S")]
    [InlineData("ver", "00SNE1000V3.928")]
    [InlineData("0 V E R", "00SNE1000V3.928")]
    [InlineData("dia 26.59", "00S")]
    [InlineData("00DIA", "00S26.59")]
    [InlineData("RAT 1500 MH", "00S")]
    [InlineData("RAT", "00S0.000MM")]
    [InlineData("RAT 29.00 MM", "00S?OOR")]
    [InlineData("RAT 0.001 UH", "00S?OOR")]
    [InlineData("VOL", "00S0.000ML")]
    [InlineData("VOL 0.4", "00S")]
    [InlineData("VOL 12.345", "00S?OOR")]
    [InlineData("VOL abc", "00S?")]
    [InlineData("DIR", "00SINF")]
    [InlineData("DIR WDR", "00S")]
    [InlineData("DIS", "00SI0.000W0.000ML")]
    [InlineData("CLD INF", "00S")]
    [InlineData("CLD", "00S?")]
    [InlineData("DIA 51", "00S?OOR")]
    [InlineData("STP", "00S?NA")]
    [InlineData("RUN", "00S?OOR")]
    [InlineData("PHN", "00S01")]
    [InlineData("PHN 42", "00S?OOR")]
    [InlineData("FUN RAT", "00S")]
    [InlineData("FUN", "00SRAT")]
    [InlineData("ADR?", "00S00")]
    [InlineData("AL", "00S1")]
    [InlineData("XYZ", "00S?")]
    public void Each_command_of_basic_mode_is_answered_as_the_manual_says(string command, string answer)
    {
        using var bed = new BenchBed();
        bed.Pump(Pump, "");
        bed.Pump(Pump, "RAT 0 MM");
        bed.Pump(Pump, "DIA 26.59");
        bed.Pump(Pump, command).Should().Be(answer);
    }

    [Fact]
    public void Another_address_is_not_answered_and_a_new_address_is_kept()
    {
        using var bed = new BenchBed();
        bed.Pump(Pump, "");
        bed.Pump(Pump, "5VER").Should().BeEmpty();
        bed.Pump(Pump, "*ADR 5").Should().Be("05S");
        bed.Pump(Pump, "5VER").Should().Be("05SNE1000V3.928");
        bed.Pump(Pump, "VER").Should().BeEmpty();
    }

    [Fact]
    public void Packets_may_arrive_in_pieces_and_several_at_once()
    {
        using var bed = new BenchBed();
        bed.Pump(Pump, "");
        bed.Ask(Pump, "DI").Should().BeEmpty();
        bed.Ask(Pump, "A26.59\rVER\rDI").Should().Be("\x02" + "00S\x03\x02" + "00SNE1000V3.928\x03");
        bed.Ask(Pump, "A\r").Should().Be("\x02" + "00S26.59\x03");
    }

    [Fact]
    public void An_endless_packet_is_a_communication_error()
    {
        using var bed = new BenchBed();
        bed.Pump(Pump, "");
        bed.Pump(Pump, new string('A', 500)).Should().Be("00S?COM");
    }

    [Theory]
    [InlineData("14.00", "UL")]
    [InlineData("14.01", "ML")]
    public void Volume_units_follow_from_the_diameter(string diameter, string units)
    {
        using var bed = new BenchBed();
        bed.Pump(Pump, "");
        bed.Pump(Pump, "DIA" + diameter);
        bed.Pump(Pump, "VOL").Should().EndWith(units);
        bed.Pump(Pump, "DIS").Should().EndWith(units);
    }

    [Fact]
    public void A_dispense_takes_volume_by_rate_counts_up_and_ends_by_itself()
    {
        using var bed = new BenchBed();
        bed.Prepare(Pump);
        bed.Start(Pump, "0.500");
        bed.Pump(Pump, "RUN").Should().Be("00I?NA");
        bed.Pump(Pump, "VOL 1").Should().Be("00I?NA");
        bed.Pump(Pump, "DIA 20").Should().Be("00I?NA");
        bed.Pass(1.5);
        bed.Pump(Pump, "DIS").Should().Be("00II0.250W0.000ML");
        bed.Pass(1.49);
        bed.Pump(Pump, "").Should().Be("00I");
        bed.Pass(0.02);
        bed.Pump(Pump, "DIS").Should().Be("00SI0.500W0.000ML");
        bed.Dose(Pump, "0.500");
        bed.Pump(Pump, "DIS").Should().Be("00SI1.000W0.000ML");
    }

    /// <summary>It is not the device whose clock was set.</summary>
    [Theory]
    [InlineData(-31)]
    [InlineData(60)]
    public void A_pump_runs_on_however_the_clock_of_the_computer_is_set(int minutes)
    {
        var clock = new VirtualTime(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        using var bench = new ColourBench(7, clock);
        var line = bench.Connect(Pump);
        foreach (var command in new[] { "", "DIA 26.59", "RAT 10.00 MM", "DIR INF", "VOL 0.500", "RUN" }) line.Ask(command + "\r");

        clock.Step(TimeSpan.FromMinutes(minutes));
        clock.Pass(TimeSpan.FromSeconds(1.5));

        line.Ask("DIS\r").Should().Contain("00II0.250W0.000ML");
    }

    [Fact]
    public void Stop_pauses_run_resumes_and_a_second_stop_cancels()
    {
        using var bed = new BenchBed();
        bed.Prepare(Pump);
        bed.Start(Pump, "1.000");
        bed.Pass(3);
        bed.Pump(Pump, "STP").Should().Be("00P");
        bed.Pass(100);
        bed.Pump(Pump, "DIS").Should().Be("00PI0.500W0.000ML");
        bed.Pump(Pump, "RUN").Should().Be("00I");
        bed.Pass(3);
        bed.Pump(Pump, "DIS").Should().Be("00SI1.000W0.000ML");

        bed.Start(Pump, "1.000");
        bed.Pass(3);
        bed.Pump(Pump, "STP").Should().Be("00P");
        bed.Pump(Pump, "STP").Should().Be("00S");
        bed.Pump(Pump, "STP").Should().Be("00S?NA");
        bed.Bench.Effects.All.Select(effect => effect.Kind).Should().Equal(EffectKind.Dispense, EffectKind.Moved, EffectKind.Moved, EffectKind.Dispense, EffectKind.Moved);
        bed.Bench.Effects.All.Where(effect => effect.Kind == EffectKind.Moved).Sum(effect => effect.Amount).Should().BeApproximately(1.5, 1e-9, "the last one was stopped half way");
    }

    [Fact]
    public void The_rate_can_change_while_pumping_but_not_its_units()
    {
        using var bed = new BenchBed();
        bed.Prepare(Pump);
        bed.Start(Pump, "1.000");
        bed.Pass(3);
        bed.Pump(Pump, "RAT 600 MH").Should().Be("00I?NA");
        bed.Pump(Pump, "RAT 20").Should().Be("00I");
        bed.Pass(0.75);
        bed.Pump(Pump, "DIS").Should().Be("00II0.750W0.000ML");
        bed.Pass(0.75);
        bed.Pump(Pump, "DIS").Should().Be("00SI1.000W0.000ML");
    }

    [Fact]
    public void An_empty_reservoir_stalls_the_pump()
    {
        using var bed = new BenchBed();
        bed.Prepare(Pump, "pump-waste");
        bed.Pump(Pump, "RAT 28.32 MM");
        bed.Start("pump-waste", "0");
        bed.Dose(Pump, "1100", seconds: 3600);
        bed.Pump(Pump, "").Should().Be("00A?S");
        bed.Pump(Pump, "DIS").Should().MatchRegex("^00SI(99[0-9]\\.[0-9]|1[0-9]{3})W0.000ML$");
        bed.Start(Pump, "1.000");
        bed.Pump(Pump, "").Should().Be("00A?S", "there is nothing left to pump");
    }

    [Fact]
    public void A_pump_made_to_stall_does_so_part_way()
    {
        using var bed = new BenchBed();
        bed.Prepare(Pump);
        bed.Bench.Faults(Pump).StallAfter = 0.2;
        bed.Dose(Pump, "0.500");
        bed.Pump(Pump, "DIS").Should().Be("00A?S");
        bed.Pump(Pump, "DIS").Should().Be("00SI0.200W0.000ML");
    }

    [Fact]
    public void A_silent_device_does_nothing_and_a_garbling_one_acts_all_the_same()
    {
        using var bed = new BenchBed();
        bed.Prepare(Pump);
        bed.Pump(Pump, "VOL 0.5");
        bed.Bench.Faults(Pump).Silent = true;
        bed.Pump(Pump, "RUN").Should().BeEmpty();
        bed.Bench.Faults(Pump).Silent = false;
        bed.Pump(Pump, "").Should().Be("00S");
        bed.Bench.Faults(Pump).Garbage = true;
        bed.Ask(Pump, "RUN\r").Should().HaveLength(5).And.NotContain("00I");
        bed.Bench.Faults(Pump).Garbage = false;
        bed.Pump(Pump, "").Should().Be("00I");
    }

    [Theory]
    [InlineData(0.4, "0.400")]
    [InlineData(26.59, "26.59")]
    [InlineData(9.9996, "10.00")]
    [InlineData(123.45, "123.5")]
    [InlineData(1699, "1699")]
    [InlineData(0, "0.000")]
    public void Numbers_have_four_digits(double value, string text) => PumpNumber.Format(value).Should().Be(text);

    [Fact]
    public void Volume_errors_have_the_stated_spread_and_repeat_with_the_seed()
    {
        var yields = Enumerable.Range(1, 4000).Select(run => VolumeError.Yield(3, Pump, run, 0.5, 26.59) - VolumeError.Gain(3, Pump)).ToList();
        yields.Average().Should().BeApproximately(0, 0.0003);
        Math.Sqrt(yields.Average(y => y * y)).Should().BeApproximately(0.005, 0.0003, "0.3 % and 1 µL of 0.5 mL");
        var gains = Enumerable.Range(1, 4000).Select(seed => VolumeError.Gain(seed, Pump) - 1).ToList();
        Math.Sqrt(gains.Average(g => g * g)).Should().BeApproximately(0.005, 0.0003);
        VolumeError.Yield(3, Pump, 9, 0.5, 26.59).Should().Be(VolumeError.Yield(3, Pump, 9, 0.5, 26.59));
        VolumeError.Yield(3, Pump, 9, 0.5, 26.59).Should().NotBe(VolumeError.Yield(3, "pump-water", 9, 0.5, 26.59));
    }
}
