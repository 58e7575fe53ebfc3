using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Scpi;
using LabAutomation.Simulators.Spectra;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Simulators;

public sealed class ScpiSpectrometerTests
{
    [Theory]
    [InlineData("*IDN?", "LABAUTOMATION,DA71,00000007,1.0\n")]
    [InlineData("*idn?\r", "LABAUTOMATION,DA71,00000007,1.0\n")]
    [InlineData("CONF:INT 50", "")]
    [InlineData("CONF:INT 50;CONF:INT?", "50\n")]
    [InlineData(":configure:integration 5.0E1;:CONFigure:INT?;CONF:AVER?", "50;1\n")]
    [InlineData("SYST:ERR?", "0,\"No error\"\n")]
    [InlineData("SYSTEM:ERROR:NEXT?", "0,\"No error\"\n")]
    [InlineData("SYST:ERR:COUN?;SYST:VERS?", "0;1999.0\n")]
    [InlineData("STAT:OPER:COND?", "0\n")]
    [InlineData("ACQ:COUN?;ACQ:NUMB?", "0;0\n")]
    [InlineData("*OPC?;*TST?", "1;0\n")]
    [InlineData("*ESE 36;*ESE?", "36\n")]
    [InlineData("*ESR?;*ESR?", "128;0\n")]
    [InlineData("", "")]
    [InlineData(";;*OPC?", "1\n")]
    public void Each_command_is_answered_as_the_manual_says(string message, string answer)
    {
        using var bed = new BenchBed();
        bed.Scpi(message).Should().Be(answer);
    }

    [Theory]
    [InlineData("*CLS")]
    [InlineData("*ESE 1")]
    [InlineData("*ESE?")]
    [InlineData("*ESR?")]
    [InlineData("*IDN?")]
    [InlineData("*OPC")]
    [InlineData("*OPC?")]
    [InlineData("*RST")]
    [InlineData("*SRE 1")]
    [InlineData("*SRE?")]
    [InlineData("*STB?")]
    [InlineData("*TST?")]
    [InlineData("*WAI")]
    public void Every_command_that_IEEE_488_2_demands_is_there(string message)
    {
        using var bed = new BenchBed();
        (bed.Scpi(message).Length > 0).Should().Be(message.EndsWith('?'));
        bed.Scpi("SYST:ERR?").Should().Be("0,\"No error\"\n");
    }

    [Fact]
    public void The_status_byte_says_what_waits_and_asks_for_service_where_that_was_enabled()
    {
        using var bed = new BenchBed();
        bed.Scpi("*CLS;*SRE 255;*SRE?").Should().Be("191\n", "bit 6 asks, and cannot be asked for");
        bed.Scpi("*SRE 4;FOO").Should().BeEmpty();
        bed.Scpi("*STB?").Should().Be("68\n");
        bed.Scpi("*SRE 32;*STB?").Should().Be("4\n", "an error is not what was enabled");
        bed.Scpi("*ESE 32;*STB?").Should().Be("100\n");
        bed.Scpi("*CLS;*TST?;*STB?").Should().Be("0;16\n", "an answer waits");
        bed.Scpi("*SRE 256").Should().BeEmpty();
        bed.Scpi("SYST:ERR?").Should().StartWith("-222,");
    }

    [Fact]
    public void Clearing_takes_back_the_wish_for_an_event_at_the_end()
    {
        using var bed = new BenchBed();
        bed.Scpi("*CLS;INIT;*OPC;*CLS");
        bed.Pass(60);
        bed.Scpi("*ESR?").Should().Be("0\n");
    }

    [Theory]
    [InlineData("*XYZ?", -113, 32)]
    [InlineData("CONFI:INT 50", -113, 32)]
    [InlineData("ABOR?", -113, 32)]
    [InlineData("CONF:INT", -109, 32)]
    [InlineData("CONF:INT 1,2", -108, 32)]
    [InlineData("CONF:INT fast", -104, 32)]
    [InlineData("CONF:INT 0", -222, 16)]
    [InlineData("CONF:INT 1001", -222, 16)]
    [InlineData("FETC:ABS?", -230, 16)]
    [InlineData("*IDN?\a", -101, 32)]
    public void Each_error_has_its_number_and_its_event_bit_and_no_reply(string message, int code, int bit)
    {
        using var bed = new BenchBed();
        bed.Scpi("*CLS");
        bed.Scpi(message).Should().BeEmpty();
        bed.Scpi("*STB?").Should().Be("4\n");
        bed.Scpi("*ESR?").Should().Be($"{bit}\n");
        bed.Scpi("SYST:ERR?").Should().Be($"{code},\"{ScpiErrors.Text(code)}\"\n");
        bed.Scpi("SYST:ERR?").Should().Be("0,\"No error\"\n");
    }

    [Fact]
    public void A_message_ends_at_its_first_error()
    {
        using var bed = new BenchBed();
        bed.Scpi("*TST?;FOO;CONF:INT 50").Should().Be("0\n");
        bed.Scpi("CONF:INT?;SYST:ERR:COUN?").Should().Be("100;1\n");
    }

    [Fact]
    public void Overlong_messages_are_dropped_and_the_error_queue_overflows_in_its_last_place()
    {
        using var bed = new BenchBed();
        bed.Scpi(new string('A', 300)).Should().BeEmpty();
        bed.Scpi("SYST:ERR?").Should().Be("-363,\"Input buffer overrun\"\n");
        for (var i = 0; i < 20; i++) bed.Scpi("FOO");
        bed.Scpi("SYST:ERR:COUN?").Should().Be("16\n");
        var errors = Enumerable.Range(0, 16).Select(_ => bed.Scpi("SYST:ERR?")).ToList();
        errors[..15].Should().AllBe("-113,\"Undefined header\"\n");
        errors[15].Should().Be("-350,\"Queue overflow\"\n");
    }

    [Fact]
    public void An_acquisition_takes_integration_times_averages_and_queries_wait_for_it()
    {
        using var bed = new BenchBed();
        bed.Scpi("CONF:INT 100;CONF:AVER 8");
        bed.Scpi("INIT;STAT:OPER:COND?;ACQ:COUN?;ACQ:NUMB?").Should().Be("16;1;0\n");
        bed.Scpi("CONF:INT 5;SYST:ERR?").Should().BeEmpty();
        bed.Scpi("INITIATE:IMMEDIATE");
        bed.Scpi("SYST:ERR?;SYST:ERR?").Should().Be("-221,\"Settings conflict\";-213,\"Init ignored\"\n");
        bed.Scpi("*OPC?;ACQ:NUMB?").Should().BeEmpty();
        bed.Scpi("*TST?").Should().BeEmpty("what came before still waits");
        bed.Pass(0.799);
        bed.Hear("spectrometer").Should().BeEmpty();
        bed.Pass(0.001);
        bed.Hear("spectrometer").Should().Be("1;1\n0\n");
        bed.Scpi("FETC:ABS?").Split(',').Should().HaveCount(71);
        bed.Bench.Effects.All.Should().ContainSingle().Which.Kind.Should().Be(EffectKind.Acquisition);
    }

    [Fact]
    public void Completion_can_be_announced_in_the_event_register()
    {
        using var bed = new BenchBed();
        bed.Scpi("*CLS;INIT;*OPC;*ESR?").Should().Be("0\n");
        bed.Pass(0.1);
        bed.Scpi("*ESR?").Should().Be("1\n");
    }

    [Fact]
    public void Aborted_acquisitions_keep_their_number_and_reset_does_not_touch_the_count()
    {
        using var bed = new BenchBed();
        bed.Scpi("CONF:AVER 100;INIT;ABOR;FETC:ABS?").Should().BeEmpty();
        bed.Scpi("SYST:ERR?").Should().StartWith("-230");
        bed.Scpi("INIT");
        bed.Scpi("*RST;ACQ:COUN?;ACQ:NUMB?;CONF:AVER?").Should().Be("2;0;1\n");
    }

    [Fact]
    public async Task Closing_the_line_drops_waiting_messages_and_lets_the_acquisition_go_on()
    {
        using var bed = new BenchBed();
        bed.Scpi("CONF:AVER 10;INIT;*OPC?").Should().BeEmpty();
        bed.Line("spectrometer").Dispose();
        using var again = bed.Bench.Connect("spectrometer");
        bed.Pass(1);
        again.Write("ACQ:NUMB?\n"u8);
        var buffer = new byte[16];
        (await again.ReadAsync(buffer)).Should().Be(2);
        buffer[..2].Should().Equal("1\n"u8.ToArray());
    }

    [Fact]
    public void Wavelengths_go_from_380_to_730_nm_in_steps_of_5()
    {
        using var bed = new BenchBed();
        bed.Scpi("FETC:WAV?").TrimEnd().Split(',').Select(int.Parse).Should().Equal(Enumerable.Range(0, 71).Select(i => 380 + (5 * i)));
    }

    [Fact]
    public void A_spectrum_can_be_fetched_again_and_agrees_with_the_counts_behind_it()
    {
        using var bed = new BenchBed();
        bed.Scpi("INIT");
        bed.Pass(1);
        var once = bed.Scpi("FETC:ABS?");
        bed.Scpi("FETC:ABS?").Should().Be(once);
        var sample = bed.Scpi("FETC:SAMP?").Split(',').Select(double.Parse);
        var reference = bed.Scpi("FETC:REF?").Split(',').Select(double.Parse);
        var absorbance = once.Split(',').Select(double.Parse).ToList();
        sample.Zip(reference, (s, r) => Math.Log10(r / s)).Zip(absorbance, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-5);
    }
}
