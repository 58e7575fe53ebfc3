using System.Globalization;
using LabAutomation.Simulators.Weighing;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

/// <summary>The simulated balance against the MT-SICS reference manual.</summary>
public sealed class MettlerBalanceTests : IDisposable
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SimulatedDevice balance;
    private readonly BalancePan pan;
    private readonly Stream line;

    public MettlerBalanceTests()
    {
        balance = new SimulatedDevice("mettler-mtsics", 5, clock, name: "balance");
        pan = balance.Surroundings<BalancePan>();
        line = balance.Connect();
        Pass(60);
    }

    public void Dispose() => balance.Dispose();

    [Fact]
    public void It_says_who_it_is()
    {
        Ask("I1").Should().Be("I1 A \"01\" \"2.30\" \"2.20\" \"\" \"\"\r\n");
        Ask("I2").Should().MatchRegex("^I2 A \".+ 220.0000 g\"\r\n$");
        Ask("I3").Should().StartWith("I3 A \"");
        Ask("I4").Should().MatchRegex("^I4 A \"B[0-9]{9}\"\r\n$");
        Ask("@").Should().Be(Ask("I4"), "a reset is answered with the serial number");
    }

    [Fact]
    public void It_lists_its_commands_and_says_which_line_is_the_last()
    {
        var lines = Ask("I0").Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        lines.Should().HaveCount(19).And.Contain("I0 B 0 \"SIR\"").And.Contain("I0 B 1 \"TAC\"");
        lines.Count(text => text.StartsWith("I0 A", StringComparison.Ordinal)).Should().Be(1);
        lines[^1].Should().StartWith("I0 A");
    }

    [Fact]
    public void A_weight_stands_to_the_right_in_ten_characters()
    {
        pan.Place(100);
        Pass(10);
        Ask("SI").Should().MatchRegex("^S S   (100|99)\\.[0-9]{4} g\r\n$");
        pan.Clear();
        Pass(10);
        Ask("SI").Should().MatchRegex("^S S +-?0\\.[0-9]{4} g\r\n$").And.HaveLength(18);
    }

    [Fact]
    public void It_settles_with_time_and_is_true_within_a_milligram()
    {
        pan.Place(50);
        Pass(0.2);
        Ask("SI").Should().StartWith("S D ");
        Weight(Ask("SI")).Should().BeInRange(10, 35);
        Pass(10);
        Ask("SI").Should().StartWith("S S ");
        Weight(Ask("SI")).Should().BeApproximately(50, 0.001);
    }

    [Fact]
    public void It_drifts_a_little_and_a_placement_does_not_repeat_to_the_digit()
    {
        pan.Place(50);
        var weights = new List<double>();
        for (var k = 0; k < 12; k++)
        {
            Pass(600);
            weights.Add(Weight(Ask("SI")));
        }

        weights.Distinct().Should().HaveCountGreaterThan(3);
        weights.Should().OnlyContain(weight => Math.Abs(weight - 50) < 0.001);
    }

    [Fact]
    public void S_waits_for_rest_and_lets_nothing_in_meanwhile()
    {
        pan.Place(50);
        Pass(0.1);
        Ask("S").Should().BeEmpty();
        Ask("SI").Should().Be("S I\r\n");
        Ask("TI").Should().Be("TI I\r\n");
        Ask("I4").Should().StartWith("I4 A", "who it is can be asked at any time");
        Pass(10);
        line.Hear().Should().StartWith("S S ");
    }

    [Fact]
    public void In_a_draught_S_gives_up_and_SI_is_dynamic()
    {
        pan.Draught(true);
        Ask("S").Should().BeEmpty();
        Pass(11);
        line.Hear().Should().Be("S I\r\n");
        Ask("SI").Should().StartWith("S D ");
    }

    [Fact]
    public void A_reset_ends_what_waits_and_forgets_the_tare()
    {
        Ask("TA 10.5 g").Should().Be("TA A    10.5000 g\r\n");
        pan.Place(50);
        Ask("T").Should().BeEmpty();
        Ask("@").Should().StartWith("I4 A");
        Pass(20);
        line.Hear().Should().BeEmpty();
        Ask("TA").Should().Be("TA A     0.0000 g\r\n");
    }

    [Fact]
    public void Tare_and_zero_change_what_is_shown_and_are_effects()
    {
        pan.Place(50);
        Pass(10);
        Ask("T").Should().StartWith("T S ");
        Weight(Ask("SI")).Should().BeApproximately(0, 0.0003);
        Ask("TAC").Should().Be("TAC A\r\n");
        Weight(Ask("SI")).Should().BeApproximately(50, 0.001);
        Ask("Z").Should().Be("Z +\r\n", "50 g lie beyond 2 % of the capacity");
        pan.Place(2);
        Pass(10);
        Ask("ZI").Should().Be("ZI S\r\n");
        Weight(Ask("SI")).Should().BeApproximately(0, 0.0003);
        balance.Effects.All.Select(effect => effect.Kind).Should().Equal(EffectKind.Tare, EffectKind.Tare, EffectKind.Zero);
    }

    [Fact]
    public void Immediate_commands_say_when_the_weight_was_moving()
    {
        pan.Place(2);
        Pass(0.3);
        Ask("ZI").Should().Be("ZI D\r\n");
        Ask("TI").Should().StartWith("TI D ");
    }

    [Fact]
    public void Overload_and_underload_have_no_value()
    {
        pan.Place(230);
        Pass(10);
        Ask("SI").Should().Be("S +\r\n");
        Ask("T").Should().Be("T +\r\n");
        pan.LiftOff();
        Pass(10);
        Ask("SI").Should().Be("S -\r\n");
        Ask("TI").Should().Be("TI -\r\n");
        Ask("ZI").Should().Be("ZI -\r\n");
    }

    [Fact]
    public void SIR_sends_until_another_command_comes()
    {
        Ask("SIR").Should().StartWith("S S ");
        for (var k = 0; k < 5; k++) Pass(0.2);
        line.Hear().Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(5).And.OnlyContain(text => text.StartsWith("S S "));
        Ask("SI");
        for (var k = 0; k < 5; k++) Pass(0.2);
        line.Hear().Should().BeEmpty();
    }

    [Fact]
    public void Every_command_that_it_lists_is_one_that_it_knows()
    {
        var listed = Ask("I0").Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('"')[1]).ToArray();

        listed.Should().BeEquivalentTo(
            ["@", "I0", "I1", "I2", "I3", "I4", "S", "SI", "SIR", "Z", "ZI", "D", "DW", "K", "SR", "T", "TA", "TAC", "TI"], "the levels 0 and 1 that I1 tells have these");
        foreach (var command in listed) Ask(command).Should().NotBe("ES\r\n", command);
    }

    [Fact]
    public void SR_tells_a_change_when_it_begins_and_when_it_has_come_to_rest_until_another_command_comes()
    {
        pan.Place(10);
        Pass(10);
        Ask("SR").Should().StartWith("S S ");
        Each(25).Should().BeEmpty("nothing changes");

        pan.Place(10.5);
        Each(25).Should().BeEmpty("it is less than an eighth of the weight");
        pan.Place(20);
        var told = Each(25);
        told.Should().HaveCount(2);
        told[0].Should().StartWith("S D ");
        told[1].Should().StartWith("S S ");
        Weight(told[1] + "\r\n").Should().BeApproximately(20, 0.001);

        Ask("SI");
        pan.Place(1);
        Each(25).Should().BeEmpty();
    }

    [Fact]
    public void SR_takes_a_change_of_ones_own_and_waits_for_rest()
    {
        pan.Place(10);
        Ask("SR 0.2 g").Should().BeEmpty();
        Ask("SR").Should().Be("S I\r\n");
        Each(25).Should().ContainSingle().Which.Should().StartWith("S S ");
        pan.Place(10.5);
        Each(25).Should().HaveCountGreaterThan(0).And.Subject.Last().Should().StartWith("S S ");

        pan.Draught(true);
        Ask("SR").Should().BeEmpty();
        Each(60).Should().Equal("S I");
    }

    [Fact]
    public void K_switches_the_keys_off_and_on()
    {
        Ask("K 2").Should().Be("K A\r\n");
        pan.ShowIn("mg");
        Ask("SI").Should().EndWith(" g\r\n", "the key does nothing");
        Ask("K 1").Should().Be("K A\r\n");
        pan.ShowIn("mg");
        Ask("SI").Should().EndWith(" mg\r\n");
        Ask("K 3").Should().Be("K A\r\n");
        Ask("@");
        pan.ShowIn("g");
        Ask("SI").Should().EndWith(" g\r\n", "after a reset they work");
    }

    [Fact]
    public void Switched_off_and_on_it_says_its_number_and_what_lies_on_it_is_zero()
    {
        pan.Place(2);
        Pass(10);
        Ask("T");
        pan.Restart();
        line.Hear().Should().Be(Ask("I4"));
        Weight(Ask("SI")).Should().BeApproximately(0, 0.0003);
        Ask("TA").Should().Be("TA A     0.0000 g\r\n");
    }

    [Theory]
    [InlineData("X\r\n", "ES\r\n")]
    [InlineData("si\r\n", "ES\r\n")]
    [InlineData("S 5\r\n", "ES\r\n")]
    [InlineData("\r\n", "ES\r\n")]
    [InlineData("SI\n", "ES\r\n")]
    [InlineData("S\xE9\r\n", "ET\r\n")]
    [InlineData("TA 300 g\r\n", "TA L\r\n")]
    [InlineData("TA 3 kg\r\n", "TA L\r\n")]
    [InlineData("D \"GO\"\r\n", "D A\r\n")]
    [InlineData("D GO\r\n", "D L\r\n")]
    [InlineData("DW\r\n", "DW A\r\n")]
    [InlineData("K 5\r\n", "K L\r\n")]
    [InlineData("K\r\n", "K L\r\n")]
    [InlineData("SR 0 g\r\n", "S L\r\n")]
    [InlineData("SR 1 kg\r\n", "S L\r\n")]
    [InlineData("SR 1\r\n", "S L\r\n")]
    public void What_it_does_not_understand_it_says(string sent, string answer) => line.Ask(sent).Should().Be(answer);

    [Fact]
    public void A_tare_that_waits_is_carried_out_while_the_computer_is_dead()
    {
        var directory = Directory.CreateTempSubdirectory("balance").FullName;
        var killed = new SimulatedDevice("mettler-mtsics", 5, clock, directory);
        killed.Surroundings<BalancePan>().Place(50);
        killed.Connect().Ask("T\r\n").Should().BeEmpty();

        var later = new FakeTimeProvider(clock.GetUtcNow().AddSeconds(30));
        using (var again = new SimulatedDevice("mettler-mtsics", 5, later, directory)) Weight(again.Connect().Ask("TA\r\n")).Should().BeApproximately(50, 0.001);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Hands_and_line_may_come_from_any_thread()
    {
        Parallel.For(0, 200, k =>
        {
            if (k % 2 == 0) pan.Place(k);
            else line.Write("SI\r\n"u8);
        });

        line.Hear().Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(100).And.OnlyContain(text => text.StartsWith("S "));
    }

    private string Ask(string command) => line.Ask(command + "\r\n");

    /// <summary>What it says by itself in so many fifths of a second.</summary>
    private string[] Each(int fifths)
    {
        for (var k = 0; k < fifths; k++) Pass(0.2);
        return line.Hear().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }

    private void Pass(double seconds) => clock.Advance(TimeSpan.FromSeconds(seconds));

    private static double Weight(string answer) => double.Parse(answer[^14..^4], CultureInfo.InvariantCulture);
}
