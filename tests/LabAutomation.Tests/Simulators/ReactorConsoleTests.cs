using LabAutomation.Simulators.Reactor;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

public sealed class ReactorConsoleTests : IDisposable
{
    private const string Still = "0 0 0 0 0 0 0 0", AllOut = "0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5";

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SimulatedDevice _device;
    private readonly Stream _line;

    public ReactorConsoleTests()
    {
        _device = new SimulatedDevice("microreactor", 1, _clock);
        _line = _device.Connect();
    }

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData("ID", "ID HQ-8 501 1.4\n")]
    [InlineData("ST", "ST SHUT 0 0\n")]
    [InlineData("IC 80.5\nST", "OK 1\nST FROZEN 1 0\n")]
    [InlineData("IC 80\nIC 90\nSC\nST", "OK 1\nOK 2\nOK\nST SHUT 2 0\n")]
    [InlineData("IC 54.9", "ER 3\n")]
    [InlineData("IC NaN", "ER 1\n")]
    [InlineData("IC 1e2", "ER 1\n")]
    [InlineData("CY 0 0 0 0 0 0 0 0 0", "ER 2\n")]
    [InlineData("IC 80\nCY 1 0 0 0 0 0 0 0 0", "OK 1\nER 4\n")]
    [InlineData("IC 80\nCY 0 0 0 0 0 0 0 0 1.1", "OK 1\nER 3\n")]
    [InlineData("IC 80\nCY 0 0 0 0", "OK 1\nER 1\n")]
    [InlineData("IC 80\nCY 0 0 0 0 0 0 0 0 0\nRD", "OK 1\nER 5\n")]
    [InlineData("XX", "ER 1\n")]
    [InlineData("", "")]
    public void Each_line_is_answered_as_its_page_says(string lines, string answers) => _line.Ask(lines + "\n").Should().Be(answers);

    [Fact]
    public void Readings_are_three_channels_of_each_quantity_and_two_encoders_of_each_drum()
    {
        var words = _line.Ask("IC 80\nRD\n").Split('\n')[1].Split(' ');

        words.Should().HaveCount(2 + 9 + 16);
        words[..2].Should().Equal("RD", "0");
        words[2..5].Select(Number).Should().OnlyContain(power => Math.Abs(power - 80) < 1);
        words[5..8].Select(Number).Should().OnlyContain(fuel => Math.Abs(fuel - CoreConstants.HolosQuad.Temperatures(0.8).Fuel) < 3);
        words[11..].Select(Number).Should().OnlyContain(angle => Math.Abs(angle - CoreConstants.HolosQuad.BalancedAngle(0.8)) < 0.2);
    }

    [Fact]
    public void A_cycle_is_answered_when_its_second_is_over_and_moves_the_core_by_one()
    {
        _line.Ask("IC 80\n");
        var (before, angle) = Hall.Look();

        _line.Ask($"CY 0 {AllOut}\n").Should().BeEmpty();
        Hall.Look().Power.Should().Be(before, "a core is frozen until its cycle is over");
        _clock.Advance(TimeSpan.FromSeconds(1));

        _line.Ask("").Should().StartWith("RD 1 ");
        Hall.Look().Power.Should().BeGreaterThan(before);
        Hall.Look().Angle.Should().BeApproximately(angle + 0.5, 1e-9);
        _clock.Advance(TimeSpan.FromHours(1));
        _line.Ask("ST\n").Should().Be("ST FROZEN 1 1\n");
    }

    [Fact]
    public void A_line_that_is_let_go_while_a_core_runs_turns_the_drums_in()
    {
        _line.Ask("IC 100\n");

        using var next = _device.Connect();

        next.Ask("ST\n").Should().Be("ST SHUT 1 0\n");
        Hall.Look().Angle.Should().Be(0);
        Hall.Look().Power.Should().BeLessThan(0.2);
        next.Dispose();
        _device.Effects.All.Select(effect => effect.Kind).Should().Equal(EffectKind.Core, EffectKind.Scram);
    }

    [Fact]
    public void A_scram_in_mid_cycle_ends_the_cycle()
    {
        _line.Ask($"IC 100\nCY 0 {AllOut}\n");

        _line.Ask("SC\n").Should().Be("OK\n");
        _clock.Advance(TimeSpan.FromSeconds(5));

        _line.Ask("ST\n").Should().Be("ST SHUT 1 0\n");
        _line.Ask($"CY 0 {Still}\n").Should().Be("ER 2\n");
    }

    [Fact]
    public void Power_channels_stick_from_30_s_on_where_the_instructor_wants_it()
    {
        using var device = new SimulatedDevice("microreactor", 1, _clock, settings: new Dictionary<string, string> { ["stuck-power-channels"] = "2" });
        var line = device.Connect();
        line.Ask("IC 100\n");
        var shown = new List<string[]>();
        for (var cycle = 0; cycle < 35; cycle++)
        {
            line.Ask($"CY {cycle} {Still}\n");
            _clock.Advance(TimeSpan.FromSeconds(1));
            shown.Add(line.Ask("").Split(' '));
        }

        shown.Skip(30).Select(words => (words[2], words[3])).Distinct().Should().ContainSingle();
        shown.Skip(30).Select(words => words[4]).Should().OnlyHaveUniqueItems();
        shown.Take(29).Select(words => words[2]).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void A_console_whose_program_ended_in_a_run_is_found_shut_down_and_counts_on()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            using (var first = new SimulatedDevice("microreactor", 1, _clock, folder.FullName)) first.Connect().Ask("IC 70\n").Should().Be("OK 1\n");

            using var again = new SimulatedDevice("microreactor", 1, _clock, folder.FullName);
            again.Connect().Ask("ST\nIC 70\n").Should().Be("ST SHUT 1 0\nOK 2\n");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private ReactorHall Hall => _device.Surroundings<ReactorHall>();

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
