using LabAutomation.Simulators.Synthesis;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Tests.Instruments.Modbus;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators.Synthesis;

/// <summary>Each device of a furnace room, against its own page.</summary>
public sealed class RoomDeviceTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly List<SimulatedDevice> _devices = [];

    public void Dispose() => _devices.ForEach(device => device.Dispose());

    [Theory]
    [InlineData("Carry 1 3", "-4001")]
    [InlineData("Carry 1 1", "-4001")]
    [InlineData("Carry 1", "-2802")]
    [InlineData("Carry one two", "-2802")]
    [InlineData("Put 2", "-4005")]
    [InlineData("wave", "-2801")]
    [InlineData("hp", "0 1")]
    [InlineData("mode 0", "0")]
    [InlineData("halt", "0")]
    [InlineData("CARRYSTATE 9", "0 9 0 0 0 1 0.0 0 0")]
    public void An_arm_answers_each_command_with_a_line(string command, string answer) =>
        Create("preciseflex-tcs", ("positions", "1-2")).Connect().Ask(command + "\n").Should().Be(answer + "\r\n");

    [Fact]
    public void An_arm_without_power_or_in_motion_or_with_a_full_gripper_carries_nothing()
    {
        var device = Create("preciseflex-tcs", ("positions", "1-2"));
        var (line, floor) = (device.Connect(), device.Surroundings<RoomFloor>());
        floor.Stand(1);
        line.Ask("Carry 1 2\n").Should().Be("0 1\r\n");
        line.Ask("Carry 1 2\n").Should().Be("-4003\r\n");
        _clock.Advance(TcsArm.Reach);
        floor.CutPower("preciseflex-tcs");
        line.Ask("CarryState 1\n").Should().Be("0 1 1 9 1 0 0.0 1 2\r\n", "it stands still with a crucible in its gripper");
        line.Ask("Put 2\n").Should().Be("-4002\r\n");
        line.Ask("hp 1\n").Should().Be("0\r\n");
        line.Ask("Carry 1 2\n").Should().Be("-4004\r\n");
        line.Ask("Put 2\n").Should().Be("0 2\r\n");
        _clock.Advance(TcsArm.Carriage);
        floor.Crucibles.Keys.Should().Equal(2);
    }

    [Fact]
    public void A_furnace_ramps_dwells_and_cools_until_its_door_opens()
    {
        var line = Create("eurotherm-furnace", ("positions", "21-28")).Connect();
        Start(line, 622, 3600);
        State(line).Should().Be((1, 0, 0));
        _clock.Advance(TimeSpan.FromMinutes(30));
        Celsius(line).Should().BeApproximately(322, 0.1, "it rises by 10 K/min from 22 °C");
        _clock.Advance(TimeSpan.FromMinutes(30));
        (Celsius(line), State(line).Segment).Should().Be((622, 2));
        _clock.Advance(TimeSpan.FromMinutes(60));
        State(line).Segment.Should().Be(3);
        _clock.Advance(TimeSpan.FromSeconds(FurnaceHeat.Lag));
        Celsius(line).Should().BeApproximately(22 + (600 / Math.E), 0.1);
        var left = Words(line, 15002, 2) is [var high, var low] ? (high << 16) | low : 0;
        left.Should().BeCloseTo((int)(FurnaceHeat.Lag * (Math.Log(600.0 / 58) - 1)), 2);
        _clock.Advance(TimeSpan.FromSeconds(left));
        State(line).Should().Be((0, 1, 8), "complete, and the door is released");
        Celsius(line).Should().BeApproximately(80, 0.1);
        Words(line, 15004, 1)[0].Should().Be(6220);
    }

    [Fact]
    public void A_furnace_that_is_too_hot_open_or_without_a_sensor_does_not_heat()
    {
        var device = Create("eurotherm-furnace", ("positions", "21-28"));
        var (line, floor) = (device.Connect(), device.Surroundings<RoomFloor>());
        Start(line, 900, 3600);
        _clock.Advance(TimeSpan.FromHours(1));
        floor.Overheat("eurotherm-furnace");
        State(line).Should().Be((0, 3, 1));
        line.Ask(Frames.Tcp(3, "01 06 0017 0002")).Should().Be(Frames.Tcp(3, "01 86 04"));
        floor.Acknowledge("eurotherm-furnace");
        floor.HoldDoor("eurotherm-furnace", open: true);
        line.Ask(Frames.Tcp(4, "01 06 0017 0002")).Should().Be(Frames.Tcp(4, "01 86 04"));
        floor.HoldDoor("eurotherm-furnace", open: false);
        floor.BreakSensor("eurotherm-furnace", broken: true);
        line.Ask(Frames.Tcp(5, "01 06 0017 0002")).Should().Be(Frames.Tcp(5, "01 86 04"));
        Words(line, 15008, 1)[0].Should().Be(0x8000);
        floor.BreakSensor("eurotherm-furnace", broken: false);
        line.Ask(Frames.Tcp(6, "01 06 0017 0002")).Should().Be(Frames.Tcp(6, "01 06 0017 0002"));
        floor.HoldDoor("eurotherm-furnace", open: true);
        State(line).End.Should().Be(5);
    }

    [Theory]
    [InlineData("10 2000 0004 08 0064 2EE1 0000 0E10", "90 03")]
    [InlineData("10 2000 0004 08 0000 2EE0 0000 0E10", "90 03")]
    [InlineData("06 0017 0003", "86 03")]
    [InlineData("06 0001 0000", "86 03")]
    [InlineData("03 0009 0001", "83 02")]
    public void What_a_furnace_is_not_to_do_is_answered_with_an_exception(string request, string answer) =>
        Create("eurotherm-furnace", ("positions", "21-28")).Connect().Ask(Frames.Tcp(1, "01" + request)).Should().Be(Frames.Tcp(1, "01" + answer));

    [Fact]
    public void A_doser_fills_no_crucible_twice_and_not_more_than_it_has()
    {
        var device = Create("quantos-mtsics", ("position", "1"), ("stock", "1"));
        var (line, floor) = (device.Connect(), device.Surroundings<RoomFloor>());
        line.Ask("QRA 61 1\r\n").Should().Be("QRA 61 1 I 5\r\n", "nothing was ordered");
        line.Ask("QRD 1 1 20 1 5\r\n").Should().Be("QRD 1 1 20 L\r\n");
        line.Ask("QRD 1 1 5 0.5\r\n").Should().Be("QRD 1 1 5 L\r\n");
        line.Ask("QRD 1 1 20 7 4\r\nQRD 1 1 5 800.0\r\nQRA 61 1\r\n").Should().Be("QRD 1 1 20 A\r\nQRD 1 1 5 A\r\nQRA 61 1 B\r\n");
        line.Ask("QRA 61 1\r\n").Should().Be("QRA 61 1 I 2\r\n");
        line.Ask("QRD 1 1 5 10.0\r\n").Should().Be("QRD 1 1 5 I\r\n");
        _clock.Advance(TimeSpan.FromMinutes(9));
        floor.Crucibles[1].Should().BeEquivalentTo(new { Target = 7, Recipe = 4 }).And.Match<Crucible>(crucible => Math.Abs(crucible.Mass - 800) < 8);
        line.Ask("QRA 61 1\r\n").Should().Be("QRA 61 1 I 5\r\n", "it is filled");
        floor.Remove(1);
        line.Ask("QRA 61 1\r\n").Should().Be("QRA 61 1 I 11\r\n", "the heads hold 200 mg");
        line.Ask("QRD 2 4 11\r\n").Should().MatchRegex(@"^QRD 2 4 11 A (19|20)\d\.\d mg\r\n$");
        floor.FillHeads("quantos-mtsics", 2000);
        line.Ask("QRA 61 1\r\n").Should().Be("QRA 61 1 B\r\n");
        _clock.Advance(TimeSpan.FromSeconds(65));
        line.Ask("QRD 1 1 5 10.0\r\n").Should().Be("QRD 1 1 5 I\r\n");
        line.Ask("QRD 2 4 13\r\n").Should().Be("QRD 2 4 13 A 2 7 4 800.0 mg\r\n");
        line.Ask("QRA 61 4\r\nQRD 2 4 12\r\n").Should().Be("QRA 61 4 A\r\nQRD 2 4 12 A 2 3 100.0 mg 0.0 s\r\n");
        line.Ask("QRD 1 1 20 8 1\r\nQRD 2 4 13\r\n").Should().EndWith("QRD 2 4 13 A 2 7 4 800.0 mg\r\n", "it tells of the dose, and not of what was chosen since");
        line.Ask("si\r\n").Should().Be("ES\r\n");
    }

    [Fact]
    public void A_diffractometer_counts_more_where_it_counts_longer_and_answers_by_its_errors()
    {
        var device = Create("scpi-diffractometer", ("position", "61"));
        var (line, floor) = (device.Connect(), device.Surroundings<RoomFloor>());
        line.Ask("INIT;SYST:ERR?\nSYST:ERR?\nFETC:FRAC?\nSYST:ERR?\n").Should().Be("-221,\"Settings conflict\"\n-230,\"Data corrupt or stale\"\n", "nothing stands there, and there are no data");
        floor.Stand(61, target: 3, recipe: 2, mass: 500);
        line.Ask("STAG:OCC?;CONF:TIME 60;TIME?;INIT;STAT:OPER:COND?\n").Should().Be("1\n", "after a semicolon it begins at the root");
        line.Ask("*CLS;CONF:TIME 60;INIT;STAT:OPER:COND?;SCAN:LEFT?\n").Should().Be("16;60\n");
        line.Ask("INIT\nSYST:ERR?\n").Should().Be("-213,\"Init ignored\"\n");
        _clock.Advance(TimeSpan.FromSeconds(60));
        var brief = Counts(line);
        line.Ask("CONF:TIME 6000;INIT;SCAN:NUMB?\n").Should().Be("0\n");
        _clock.Advance(TimeSpan.FromSeconds(6000));
        var lengthy = Counts(line);
        line.Ask("SCAN:NUMB?;COUN?\n").Should().Be("2\n");

        (brief.Length, lengthy.Length).Should().Be((601, 601));
        (lengthy.Sum() / brief.Sum()).Should().BeApproximately(100, 2);
        line.Ask("FETC:ANGL?\n").Split(',').Should().HaveCount(601).And.StartWith(["10", "10.1"]).And.EndWith("70\n");
        line.Ask("FETC:FRAC?\n").Should().EndWith(",0.0057\n", "the error falls with the root of the time");
    }

    [Theory]
    [InlineData("preciseflex-tcs", "nop\n", "0\r\n")]
    [InlineData("quantos-mtsics", "I3\r\n", "I3 A \"3.10\"\r\n")]
    [InlineData("scpi-diffractometer", "*OPC?\n", "1\n")]
    public void Thousands_of_random_strings_leave_a_device_in_order(string family, string question, string answer)
    {
        string[] samples =
        [
            "Carry 1 2\n", "CarryState 4\n", "Put 1\nhalt\n", "hp 0\nhp 1\n", "QRD 1 1 20 7 4\r\n", "QRD 1 1 5 80.0\r\n", "QRA 61 1\r\n", "QRA 61 4\r\n", "QRD 2 4 12\r\n", "I4\r\n",
            "CONF:TIME 60;INIT\n", "FETC:FRAC?\n", "FETC:COUN?\n", "ABOR;SYST:ERR?\n", "STAG:OCC?\n",
        ];
        var device = Create(family, ("positions", "1-2"), ("position", "1"));
        device.Surroundings<RoomFloor>().Supply(1);
        var (random, line) = (new Random(20260101), device.Connect());
        for (var k = 0; k < 10_000; k++)
        {
            var bytes = System.Text.Encoding.Latin1.GetBytes(samples[random.Next(samples.Length)]);
            if (k % 4 == 0) random.NextBytes(bytes);
            for (var changes = random.Next(3); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            line.Write(bytes);
            if (k % 7 == 0) _clock.Advance(TimeSpan.FromSeconds(random.NextDouble() * 20));
            if (k % 3 == 0) line = device.Connect();
        }

        using var again = device.Connect();
        again.Ask(question).Should().Be(answer);
    }

    private SimulatedDevice Create(string family, params (string Key, string Value)[] settings)
    {
        var device = new SimulatedDevice(family, 1, _clock, settings: settings.ToDictionary(setting => setting.Key, setting => setting.Value));
        _devices.Add(device);
        return device;
    }

    private static double[] Counts(Stream line) => [.. line.Ask("FETC:COUN?\n").Split(',').Select(double.Parse)];

    private static void Start(Stream line, int celsius, int seconds)
    {
        line.Ask(Frames.Tcp(1, $"01 10 2000 0004 08 0064 {celsius * 10:X4} 0000 {seconds:X4}")).Should().Be(Frames.Tcp(1, "01 10 2000 0004"));
        line.Ask(Frames.Tcp(2, "01 06 0017 0002")).Should().Be(Frames.Tcp(2, "01 06 0017 0002"));
    }

    private static double Celsius(Stream line) => Words(line, 1, 1)[0] / 10.0;

    private static (int Segment, int End, int Flags) State(Stream line) => Words(line, 15005, 3) is [var segment, var end, var flags] ? (segment, end, flags) : default;

    private static int[] Words(Stream line, int address, int count)
    {
        var answer = line.Ask(Frames.Tcp(9, $"01 03 {address:X4} {count:X4}"));
        return [.. Enumerable.Range(0, count).Select(k => (answer[9 + (2 * k)] << 8) | answer[10 + (2 * k)])];
    }
}
