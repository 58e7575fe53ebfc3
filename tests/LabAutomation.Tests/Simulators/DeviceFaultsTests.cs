using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

/// <summary>What can go wrong on any line. A wrong checksum needs a protocol that has one: see the tests of the thermostat.</summary>
public sealed class DeviceFaultsTests : IDisposable
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SimulatedDevice device;
    private readonly Stream line;

    public DeviceFaultsTests()
    {
        device = Counter.Create(new DeviceSite("counter", 1, clock, null, new Dictionary<string, string>(), new DeviceFaults()));
        line = device.Connect();
    }

    public void Dispose() => device.Dispose();

    [Fact]
    public void A_silent_device_hears_and_answers_nothing()
    {
        device.Faults.Silent = true;
        line.Ask("+").Should().BeEmpty();
        device.Faults.Silent = false;
        line.Ask("?").Should().Be("count000");
    }

    [Fact]
    public void Garbage_is_as_long_as_the_answer_and_the_device_does_what_it_was_told()
    {
        device.Faults.Garbage = true;
        line.Ask("+").Should().HaveLength(8).And.NotBe("count001");
        device.Faults.Garbage = false;
        line.Ask("?").Should().Be("count001");
    }

    [Fact]
    public void An_echo_comes_before_the_answer()
    {
        device.Faults.Echo = true;
        line.Ask("t+").Should().Be("t+count001");
    }

    [Fact]
    public void A_partial_answer_is_cut_off_after_so_many_bytes()
    {
        device.Faults.PartialAfter = 5;
        line.Ask("++").Should().Be("countcount", "each answer is cut");
        device.Faults.PartialAfter = 0;
        line.Ask("+").Should().BeEmpty();
        device.Faults.PartialAfter = 100;
        line.Ask("?").Should().Be("count003");
    }

    [Theory]
    [InlineData(ByteSlipKind.Lost, 7, "count00")]
    [InlineData(ByteSlipKind.Lost, 0, "ount002")]
    [InlineData(ByteSlipKind.Doubled, 1, "coount002")]
    [InlineData(ByteSlipKind.Inserted, 7, "count0012")]
    [InlineData(ByteSlipKind.Changed, 7, "count001")]
    [InlineData(ByteSlipKind.Changed, 5, "count902")]
    [InlineData(ByteSlipKind.Changed, 99, "count001")]
    public void One_byte_of_one_answer_goes_wrong_once(ByteSlipKind kind, int at, string heard)
    {
        device.Faults.Slip = new ByteSlip(kind, at, Answer: 1);

        line.Ask("+").Should().Be("count001");
        line.Ask("+").Should().Be(heard);
        line.Ask("+").Should().Be("count003");
    }

    [Fact]
    public void A_late_answer_comes_after_its_time_and_in_order()
    {
        device.Faults.Late = TimeSpan.FromSeconds(3);
        line.Ask("++").Should().BeEmpty();
        clock.Advance(TimeSpan.FromSeconds(2.9));
        line.Hear().Should().BeEmpty();
        clock.Advance(TimeSpan.FromSeconds(0.1));
        line.Hear().Should().Be("count001count002");
    }

    [Fact]
    public void A_late_answer_comes_to_whoever_has_the_line_by_then()
    {
        device.Faults.Late = TimeSpan.FromSeconds(3);
        line.Write("+"u8);
        device.Faults.Late = null;
        var next = device.Connect();
        clock.Advance(TimeSpan.FromSeconds(3));

        next.Hear().Should().Be("count001");
        line.Hear().Should().BeEmpty();
    }

    [Fact]
    public void A_late_answer_of_a_device_that_was_put_away_never_comes()
    {
        device.Faults.Late = TimeSpan.FromSeconds(3);
        line.Write("+"u8);
        device.Dispose();

        clock.Advance(TimeSpan.FromSeconds(5));

        line.Hear().Should().BeEmpty();
    }
}
