using LabAutomation.Simulators.SourceMeasure;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

public sealed class SourceMeterTests : IDisposable
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SimulatedDevice device;
    private readonly Stream line;

    public SourceMeterTests()
    {
        device = new SimulatedDevice("scpi-smu", 2, clock);
        line = device.Connect();
        device.Surroundings<DeviceUnderTest>().Resistor(1000);
    }

    public void Dispose() => device.Dispose();

    [Theory]
    [InlineData("*IDN?", "KEITHLEY INSTRUMENTS INC.,MODEL 2400,1000002,C34   Jan 21 2011 15:05:54/A02  /S/K\n")]
    [InlineData("*ESR?;*ESR?", "128;0\n")]
    [InlineData("*ESE 60;*ESE?", "60\n")]
    [InlineData("*OPC?;*TST?", "1;0\n")]
    [InlineData(":OUTPUT:STATE ON;:OUTP?", "1\n")]
    [InlineData("SOUR:VOLT 1.5;:SOURCE:VOLTAGE:LEVEL:IMMEDIATE:AMPLITUDE?", "+1.500000E+00\n")]
    [InlineData("CURR:PROT 1E-3;:SENS:CURR:PROT:LEV?", "+1.000000E-03\n")]
    [InlineData("SYST:RSEN ON;RSEN?", "")]
    [InlineData("SYST:RSEN ON;:SYST:RSEN?", "1\n")]
    [InlineData("SYST:ERR?;:SYST:ERR:COUN?", "0,\"No error\";0\n")]
    [InlineData("SENS:FUNC \"VOLT\",\"CURR\";:SYST:ERR?", "0,\"No error\"\n")]
    public void Each_command_is_answered_as_the_manual_says(string message, string answer) => Say(message).Should().Be(answer);

    [Theory]
    [InlineData("*XYZ?", -113, 32)]
    [InlineData("SOUR:VOLT", -109, 32)]
    [InlineData("SOUR:VOLT 1,2", -108, 32)]
    [InlineData("SOUR:VOLT high", -104, 32)]
    [InlineData("SOUR:VOLT 211", -222, 16)]
    [InlineData("SENS:CURR:PROT 2", -222, 16)]
    [InlineData("OUTP 2", -104, 32)]
    [InlineData("FORM:ELEM", -109, 32)]
    [InlineData("FORM:ELEM WATT", -222, 16)]
    [InlineData("SENS:FUNC \"WATT\"", -222, 16)]
    [InlineData("SOUR:FUNC CURR", -222, 16)]
    [InlineData("READ?", 803, 16)]
    [InlineData("SENS:CURR:PROT 0.5;:SOUR:VOLT 100", 826, 16)]
    [InlineData("*IDN?\a", -101, 32)]
    public void Each_error_has_its_number_and_its_event_bit_and_no_reply(string message, int code, int bit)
    {
        Say("*CLS");
        Say(message).Should().BeEmpty();
        Say("*ESR?").Should().Be($"{bit}\n");
        Say("SYST:ERR?").Should().StartWith($"{code:+0;-0},\"");
        Say("SYST:ERR?").Should().Be("0,\"No error\"\n");
    }

    [Fact]
    public void The_error_queue_holds_ten_and_overflows_in_its_last_place()
    {
        for (var i = 0; i < 15; i++) Say("FOO");
        Say("*STB?").Should().Be("4\n");
        var errors = Enumerable.Range(0, 11).Select(_ => Say("SYST:ERR?")).ToList();
        errors[..9].Should().AllBe("-113,\"Undefined header\"\n");
        errors[9..].Should().Equal("-350,\"Queue overflow\"\n", "0,\"No error\"\n");
    }

    [Fact]
    public void A_reading_takes_three_power_line_cycles_and_has_its_elements_in_the_order_of_the_device()
    {
        Say("FORM:ELEM STAT,CURR,VOLT;:SENS:CURR:PROT 0.01;:SOUR:VOLT 2;:OUTP ON");
        Say("READ?;*OPC?").Should().BeEmpty();
        clock.Advance(TimeSpan.FromMilliseconds(59));
        line.Hear().Should().BeEmpty();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var answer = line.Hear();
        answer.Should().EndWith(",+4.000000E+00;1\n");
        var values = answer.Split(',').Take(2).Select(double.Parse).ToList();
        values[0].Should().BeApproximately(2, 1e-3);
        values[1].Should().BeApproximately(2e-3, 1e-6);
    }

    [Fact]
    public void All_elements_come_where_none_were_chosen_and_what_was_not_measured_is_no_number()
    {
        Say("*RST;:SENS:CURR:PROT 0.01;:OUTP ON;:READ?");
        clock.Advance(TimeSpan.FromMilliseconds(60));
        line.Hear().Split(',').Should().HaveCount(5).And.HaveElementAt(2, "+9.910000E+37");
    }

    [Fact]
    public void Beyond_the_limit_the_current_is_held_and_the_status_says_so()
    {
        Say("FORM:ELEM VOLT,CURR,STAT;:SENS:CURR:PROT 1E-3;:SOUR:VOLT 5;:OUTP ON;:SENS:CURR:PROT:TRIP?").Should().Be("1\n");
        device.Surroundings<DeviceUnderTest>().Look().Should().Be((1, 1e-3));
        Say("READ?");
        clock.Advance(TimeSpan.FromMilliseconds(60));
        line.Hear().Should().EndWith(",+1.200000E+01\n");
    }

    [Fact]
    public void A_reset_switches_off_and_is_complete_after_a_while()
    {
        Say("OUTP ON;*RST;*CLS;*OPC;*ESR?;:OUTP?").Should().Be("0;0\n");
        clock.Advance(TimeSpan.FromMilliseconds(200));
        Say("*ESR?").Should().Be("1\n");
    }

    [Fact]
    public void Measuring_switches_the_output_on_and_a_source_that_clears_itself_off_again()
    {
        Say("SOUR:CLE:AUTO ON;:MEAS?;:OUTP?").Should().EndWith(";0\n");
        device.Effects.All.Should().ContainSingle().Which.Should().Match<Effect>(effect => effect.Kind == EffectKind.Output && effect.Amount == 0);
    }

    [Fact]
    public void A_diode_conducts_one_way()
    {
        var diode = new Load { Saturation = 4e-9, Resistance = 5 };
        foreach (var current in new[] { 1e-6, 1e-4, 1e-2 }) diode.Current(diode.Voltage(current)).Should().BeApproximately(current, current * 1e-6);
        diode.Current(-5).Should().BeApproximately(-4e-9, 1e-12);
        diode.Current(0).Should().Be(0);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void The_seed_chooses_the_load(long seed, bool isResistor)
    {
        using var other = new SimulatedDevice("scpi-smu", seed, clock);
        other.Connect().Ask("SENS:CURR:PROT 0.1;:SOUR:VOLT -1;:OUTP ON\n");
        (other.Surroundings<DeviceUnderTest>().Look().Current < -1e-5).Should().Be(isResistor);
    }

    [Fact]
    public void Closing_the_line_drops_a_reading_and_leaves_the_output_on()
    {
        Say("OUTP ON;:READ?");
        var again = device.Connect();
        clock.Advance(TimeSpan.FromSeconds(1));
        again.Hear().Should().BeEmpty();
        again.Ask("OUTP?\n").Should().Be("1\n");
    }

    private string Say(string message) => line.Ask(message + "\n");
}
