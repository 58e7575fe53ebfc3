using LabAutomation.Simulators.Synthesis;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Tests.Instruments.Modbus;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators.Synthesis;

/// <summary>The devices of a furnace room by their bytes, and the crucibles that they share.</summary>
public sealed class FurnaceRoomTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly string _folder = Directory.CreateTempSubdirectory("furnace-room-").FullName;
    private FurnaceRoom _room;

    public FurnaceRoomTests() => _room = Open();

    public void Dispose()
    {
        _room.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_crucible_is_filled_carried_heated_and_measured_and_stands_at_one_place_only()
    {
        Dose();
        Carry(1, 21).Should().Be("0 1 1 4 0 1 0.0 1 21\r\n");
        Heat(celsius: 850, hours: 4);
        Carry(21, 61).Should().Be("0 1 2 4 0 1 0.0 21 61\r\n");
        _room.Floor.Crucibles.Should().ContainSingle().Which.Key.Should().Be(61);
        _room.Floor.Crucibles[61].Should().BeEquivalentTo(new { Number = 1, Target = 2, Recipe = 1, Heatings = 1 });

        var line = _room.Connect("xrd");
        line.Ask("CONF:TIME 480;INIT\n").Should().BeEmpty();
        _clock.Advance(TimeSpan.FromSeconds(480));
        var refined = line.Ask("FETC:FRAC?\n").Split(',').Select(double.Parse).ToArray();

        refined[1].Should().Be(0.02);
        refined[0].Should().BeApproximately(_room.Floor.Fraction(61)!.Value, 4 * refined[1]);
        _room.Effects.All.Select(effect => $"{effect.Device} {effect.Kind} {effect.Amount:0}").Should().Equal(
            "doser dose 100", "doser moved 100", "arm pick 1", "arm place 21", "furnace heat 850", "furnace peak 850", "furnace dwelt 14400", "arm pick 21", "arm place 61", "xrd scan 1");
    }

    [Fact]
    public void What_a_hot_furnace_holds_no_arm_gets_at_until_it_has_cooled()
    {
        _room.Floor.Stand(21);
        StartFurnace(850, TimeSpan.FromHours(1));
        _clock.Advance(TimeSpan.FromHours(2));

        Carry(21, 61).Should().StartWith("0 1 1 7 0", "7: shut at its source");
        _clock.Advance(TimeSpan.FromHours(6));
        Carry(21, 61).Should().StartWith("0 1 2 4 0");
    }

    [Fact]
    public void What_cannot_be_put_down_comes_back()
    {
        _room.Floor.Stand(21);
        _room.Floor.Stand(61);

        Carry(21, 61).Should().StartWith("0 1 1 3 1", "3: on the way back");
        _clock.Advance(TcsArm.Carriage);
        _room.Connect("arm").Ask("CarryState 2\n").Should().StartWith("0 2 1 6 0", "6: the target was taken");
        _room.Floor.Crucibles.Keys.Should().BeEquivalentTo([21, 61]);
    }

    [Fact]
    public void A_bin_takes_any_number()
    {
        for (var k = 1; k <= 3; k++)
        {
            _room.Floor.Stand(61);
            Carry(61, 99);
        }

        (_room.Floor.Crucibles.Count, _room.Floor.ThrownAway).Should().Be((0, 3));
    }

    [Fact]
    public void The_room_goes_on_while_the_program_is_away_and_nothing_is_lost_or_doubled()
    {
        Dose();
        _room.Connect("arm").Ask("Carry 1 21\n");
        _clock.Advance(TimeSpan.FromSeconds(20));
        _room.Floor.Crucibles.Should().BeEmpty("it is in the gripper");
        _room.Dispose();
        _clock.Advance(TimeSpan.FromMinutes(1));

        _room = Open();

        _room.Floor.Crucibles.Keys.Should().Equal(21);
        StartFurnace(850, TimeSpan.FromHours(4));
        _room.Dispose();
        _clock.Advance(TimeSpan.FromHours(20));
        _room = Open();
        _room.Floor.Crucibles[21].Heatings.Should().Be(1);
        _room.Effects.All.Select(effect => effect.Kind).Should().Equal("dose", "moved", "pick", "place", "heat", "peak", "dwelt");
    }

    [Fact]
    public void How_often_one_looks_changes_nothing()
    {
        double After(int looks)
        {
            var time = new FakeTimeProvider(_clock.GetUtcNow());
            using var room = new FurnaceRoom(5, time);
            room.Add("furnace", "eurotherm-furnace", Settings(("positions", "21-28")));
            room.Floor.Stand(25, target: 2, recipe: 1, mass: 100);
            Start(room.Connect("furnace"), 850, TimeSpan.FromHours(4));
            for (var k = 0; k < looks; k++)
            {
                time.Advance(TimeSpan.FromHours(12) / looks);
                _ = room.Floor.Crucibles;
            }

            return room.Floor.Fraction(25)!.Value;
        }

        After(1).Should().BeGreaterThan(0).And.Be(After(997));
    }

    [Fact]
    public void Two_devices_with_the_same_position_are_found()
    {
        var overlap = FurnaceRoom.Overlap([("a", "eurotherm-furnace", Settings(("positions", "21-28"))), ("arm", "preciseflex-tcs", Settings(("positions", "1-99"))), ("b", "scpi-diffractometer", Settings(("position", "28")))]);

        overlap.Should().Be((28, "a", "b"));
        FurnaceRoom.Overlap([("a", "eurotherm-furnace", Settings(("positions", "21-28"))), ("b", "eurotherm-furnace", Settings(("positions", "31-38")))]).Should().BeNull();
    }

    [Fact]
    public void A_room_of_another_seed_is_refused() => FluentActions.Invoking(() =>
    {
        _room.Floor.Stand(1);
        _room.Dispose();
        using var other = new FurnaceRoom(6, _clock, _folder);
    }).Should().Throw<InvalidDataException>().WithMessage("*has seed 5, not 6*");

    private FurnaceRoom Open()
    {
        var room = new FurnaceRoom(5, _clock, _folder);
        room.Add("doser", "quantos-mtsics", Settings(("position", "1")));
        room.Add("arm", "preciseflex-tcs", Settings(("positions", "1,21-28,61,99"), ("bin", "99")));
        room.Add("furnace", "eurotherm-furnace", Settings(("positions", "21-28")));
        room.Add("xrd", "scpi-diffractometer", Settings(("position", "61")));
        return room;
    }

    private static Dictionary<string, string> Settings(params (string Key, string Value)[] settings) => settings.ToDictionary(setting => setting.Key, setting => setting.Value);

    private void Dose()
    {
        var line = _room.Connect("doser");
        line.Ask("QRD 1 1 20 2 1\r\n").Should().Be("QRD 1 1 20 A\r\n");
        line.Ask("QRD 1 1 5 100.0\r\n").Should().Be("QRD 1 1 5 A\r\n");
        line.Ask("QRA 61 1\r\n").Should().Be("QRA 61 1 B\r\n");
        _clock.Advance(TimeSpan.FromSeconds(70));
        line.Ask("QRD 2 4 12\r\n").Should().MatchRegex(@"^QRD 2 4 12 A 1 2 (99|100)\.\d mg 0\.0 s\r\n$");
    }

    private string Carry(int from, int to)
    {
        var line = _room.Connect("arm");
        line.Ask($"Carry {from} {to}\n").Should().MatchRegex("^0 [0-9]+\r\n$");
        _clock.Advance(TcsArm.Reach + TcsArm.Carriage);
        return line.Ask("CarryState 1\n");
    }

    private void Heat(int celsius, int hours)
    {
        StartFurnace(celsius, TimeSpan.FromHours(hours));
        _clock.Advance(TimeSpan.FromHours(hours + 6));
    }

    private void StartFurnace(int celsius, TimeSpan dwell) => Start(_room.Connect("furnace"), celsius, dwell);

    private static void Start(Stream line, int celsius, TimeSpan dwell)
    {
        line.Ask(Frames.Tcp(1, $"01 10 2000 0004 08 0064 {celsius * 10:X4} 0000 {(int)dwell.TotalSeconds:X4}")).Should().Be(Frames.Tcp(1, "01 10 2000 0004"));
        line.Ask(Frames.Tcp(2, "01 06 0017 0002")).Should().Be(Frames.Tcp(2, "01 06 0017 0002"));
    }
}
