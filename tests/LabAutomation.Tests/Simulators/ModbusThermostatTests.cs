using LabAutomation.Simulators.Thermostats;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Tests.Instruments.Modbus;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

/// <summary>The simulated thermostat against the Modbus specifications and its own page.</summary>
public sealed class ModbusThermostatTests : IDisposable
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly List<SimulatedDevice> devices = [];

    public void Dispose() => devices.ForEach(device => device.Dispose());

    [Fact]
    public void The_check_of_the_tests_is_that_of_published_frames()
    {
        Frames.Rtu("01 03 00 00 00 0A").Should().Be(Frames.Hex("01 03 00 00 00 0A C5 CD"));
        Frames.Rtu("01 04 02 FF FF").Should().Be(Frames.Hex("01 04 02 FF FF B8 80"));
    }

    [Fact]
    public void Registers_are_read_and_written_over_tcp()
    {
        var line = Create("tcp").Connect();
        line.Ask(Frames.Tcp(7, "01 03 00 00 00 03")).Should().Be(Frames.Tcp(7, "01 03 06 07 D0 00 00 00 00"));
        line.Ask(Frames.Tcp(8, "01 06 00 00 0F A0")).Should().Be(Frames.Tcp(8, "01 06 00 00 0F A0"));
        line.Ask(Frames.Tcp(9, "01 10 00 00 00 02 04 0B B8 00 64")).Should().Be(Frames.Tcp(9, "01 10 00 00 00 02"));
        line.Ask(Frames.Tcp(10, "01 03 00 00 00 03")).Should().Be(Frames.Tcp(10, "01 03 06 0B B8 00 64 00 00"));
        line.Ask(Frames.Tcp(11, "01 04 00 00 00 01")).Should().Be(Frames.Tcp(11, "01 04 02 54 42"));
        line.Ask(Frames.Tcp(12, "01 04 00 0A 00 01")).Should().Be(Frames.Tcp(12, "01 04 02 08 98"), "the room has 22 °C");
    }

    [Fact]
    public void Registers_are_read_and_written_over_rtu()
    {
        var line = Create("rtu").Connect();
        line.Ask(Frames.Rtu("01 06 00 00 0F A0")).Should().Be(Frames.Rtu("01 06 00 00 0F A0"));
        line.Ask(Frames.Rtu("01 10 00 00 00 02 04 0B B8 00 64")).Should().Be(Frames.Rtu("01 10 00 00 00 02"));
        line.Ask(Frames.Rtu("01 03 00 00 00 03")).Should().Be(Frames.Rtu("01 03 06 0B B8 00 64 00 00"));
    }

    [Theory]
    [InlineData("07 00 00 00 00", "87 01")]
    [InlineData("03 00 04 00 02", "83 02")]
    [InlineData("04 00 04 00 01", "84 02")]
    [InlineData("03 00 00 00 00", "83 03")]
    [InlineData("03 00 00 00 7E", "83 03")]
    [InlineData("06 00 00 75 30", "86 03")]
    [InlineData("06 00 09 00 00", "86 02")]
    [InlineData("10 00 00 00 02 04 0B B8 FF FF", "90 03")]
    [InlineData("10 00 00 00 02 03 0B B8 FF", "90 03")]
    public void What_cannot_be_is_answered_with_an_exception(string request, string answer)
    {
        var line = Create("tcp").Connect();
        line.Ask(Frames.Tcp(1, "01" + request)).Should().Be(Frames.Tcp(1, "01" + answer));
        line.Ask(Frames.Tcp(2, "01 03 00 00 00 01")).Should().Be(Frames.Tcp(2, "01 03 02 07 D0"), "nothing was written in part");
    }

    [Fact]
    public void A_broken_sensor_is_a_failure_and_a_busy_device_says_so()
    {
        var device = Create("tcp");
        var (line, bath) = (device.Connect(), device.Surroundings<ThermostatBath>());
        bath.BreakSensor(true);
        line.Ask(Frames.Tcp(1, "01 06 00 02 00 01")).Should().Be(Frames.Tcp(1, "01 86 04"));
        line.Ask(Frames.Tcp(2, "01 04 00 0A 00 01")).Should().Be(Frames.Tcp(2, "01 04 02 80 00"));
        bath.BreakSensor(false);
        bath.Occupy(TimeSpan.FromSeconds(1));
        line.Ask(Frames.Tcp(3, "01 06 00 02 00 01")).Should().Be(Frames.Tcp(3, "01 86 06"));
        clock.Advance(TimeSpan.FromSeconds(1));
        line.Ask(Frames.Tcp(4, "01 06 00 02 00 01")).Should().Be(Frames.Tcp(4, "01 06 00 02 00 01"));
        device.Effects.All.Should().ContainSingle().Which.Kind.Should().Be(EffectKind.Control);
    }

    [Fact]
    public void Another_unit_another_protocol_and_a_wrong_check_are_not_answered()
    {
        var tcp = Create("tcp").Connect();
        tcp.Ask(Frames.Tcp(1, "02 03 00 00 00 01")).Should().BeEmpty();
        tcp.Ask(Frames.Hex("00 01 00 01 00 06 01 03 00 00 00 01")).Should().BeEmpty();
        tcp.Ask(Frames.Tcp(2, "01 03 00 00 00 01")).Should().NotBeEmpty();
        var rtu = Create("rtu").Connect();
        rtu.Ask(Frames.Rtu("02 03 00 00 00 01")).Should().BeEmpty();
        rtu.Ask(Frames.Hex("01 03 00 00 00 01 00 00")).Should().BeEmpty();
        rtu.Ask(Frames.Rtu("01 03 00 00 00 01")).Should().NotBeEmpty();
    }

    [Fact]
    public void A_write_to_all_is_done_and_not_answered()
    {
        var line = Create("rtu").Connect();
        line.Ask(Frames.Rtu("00 06 00 00 0F A0")).Should().BeEmpty();
        line.Ask(Frames.Rtu("01 03 00 00 00 01")).Should().Be(Frames.Rtu("01 03 02 0F A0"));
    }

    [Fact]
    public void A_request_may_come_in_pieces_but_not_after_a_silence()
    {
        var line = Create("rtu").Connect();
        var request = Frames.Rtu("01 03 00 00 00 01");
        line.Ask(request[..3]).Should().BeEmpty();
        line.Ask(request[3..]).Should().NotBeEmpty();
        line.Ask(request[..3]).Should().BeEmpty();
        clock.Advance(TimeSpan.FromMilliseconds(5));
        line.Ask(request[3..]).Should().BeEmpty("what was left unfinished for 3.5 characters is forgotten");
        clock.Advance(TimeSpan.FromMilliseconds(5));
        line.Ask(request).Should().NotBeEmpty();
    }

    [Fact]
    public void A_wrong_checksum_can_be_played()
    {
        var device = Create("rtu");
        device.Faults.WrongChecksum = true;
        var answer = device.Connect().Ask(Frames.Rtu("01 03 00 00 00 01"));
        answer.Should().HaveLength(7).And.StartWith(Frames.Hex("01 03 02 07 D0")).And.NotBe(Frames.Rtu("01 03 02 07 D0"));
    }

    [Fact]
    public void The_bath_heats_first_at_full_power_and_comes_to_its_set_point_without_passing_it()
    {
        var device = Create("tcp");
        var (line, bath) = (device.Connect(), device.Surroundings<ThermostatBath>());
        Write(line, 0, 6000);
        Write(line, 2, 1);
        Pass(60);
        bath.Temperature.Should().BeApproximately(26.7, 0.3, "it heats by 0.08 K/s");
        Input(line, 11).Should().Be(1000);
        var highest = 0.0;
        for (var k = 0; k < 60; k++)
        {
            Pass(30);
            highest = Math.Max(highest, bath.Temperature);
        }

        highest.Should().BeLessThan(60.005);
        bath.Temperature.Should().BeApproximately(60, 0.01);
        Write(line, 2, 0);
        Pass(2400);
        bath.Temperature.Should().BeApproximately(22 + (38 / Math.E), 0.2, "the time constant of its loss is 2400 s");
    }

    [Fact]
    public void It_cools_and_a_ramp_takes_its_time()
    {
        var device = Create("tcp");
        var (line, bath) = (device.Connect(), device.Surroundings<ThermostatBath>());
        Write(line, 0, 1000);
        Write(line, 1, 100);
        Write(line, 2, 1);
        Pass(300);
        bath.Temperature.Should().BeApproximately(17, 0.5, "it goes by 1 K/min");
        Input(line, 12).Should().Be(3, "control is on and the ramp is running");
        Pass(600);
        bath.Temperature.Should().BeApproximately(10, 0.05);
        Input(line, 12).Should().Be(1);
    }

    [Fact]
    public void Too_hot_a_bath_trips_the_cut_out()
    {
        var device = Create("tcp");
        var (line, bath) = (device.Connect(), device.Surroundings<ThermostatBath>());
        Write(line, 3, 5000);
        Write(line, 0, 4000);
        Write(line, 2, 1);
        bath.Fill(70);
        Pass(2);
        bath.IsControlled.Should().BeFalse();
        Input(line, 12).Should().Be(4);
        line.Ask(Frames.Tcp(1, "01 06 00 02 00 01")).Should().Be(Frames.Tcp(1, "01 86 04"), "it does not start above the limit");
    }

    [Fact]
    public void How_often_one_looks_changes_nothing_and_neither_does_a_dead_computer()
    {
        Run(1, kills: false).Should().Be(Run(97, kills: false));
        Run(7, kills: true).Should().Be(Run(1, kills: false));

        double Run(int looks, bool kills)
        {
            var (time, directory) = (new FakeTimeProvider(clock.GetUtcNow()), Directory.CreateTempSubdirectory("thermostat").FullName);
            var device = new SimulatedDevice("modbus-thermostat", 1, time, directory);
            Write(device.Connect(), 0, 4500);
            Write(device.Connect(), 1, 150);
            Write(device.Connect(), 2, 1);
            for (var k = 0; k < looks; k++)
            {
                time.Advance(TimeSpan.FromSeconds(679 * 1.0 / looks));
                if (kills) device = new SimulatedDevice("modbus-thermostat", 1, time, directory);
                _ = device.Surroundings<ThermostatBath>().Temperature;
            }

            var end = Math.Round(device.Surroundings<ThermostatBath>().Temperature, 9);
            device.Dispose();
            Directory.Delete(directory, recursive: true);
            return end;
        }
    }

    private SimulatedDevice Create(string framing)
    {
        var device = new SimulatedDevice("modbus-thermostat", 1, clock, settings: new Dictionary<string, string> { ["framing"] = framing, ["unit-id"] = "1" });
        devices.Add(device);
        return device;
    }

    private void Pass(double seconds) => clock.Advance(TimeSpan.FromSeconds(seconds));

    private static void Write(Stream line, int address, int value)
    {
        var frame = Frames.Tcp(1, $"01 06 {address:X4} {value:X4}");
        line.Ask(frame).Should().Be(frame);
    }

    private static int Input(Stream line, int address)
    {
        var answer = line.Ask(Frames.Tcp(1, $"01 04 {address:X4} 0001"));
        return (answer[9] << 8) | answer[10];
    }
}
