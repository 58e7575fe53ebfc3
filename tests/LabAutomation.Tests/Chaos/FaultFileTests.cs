using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Tests.Chaos;

public sealed class FaultFileTests
{
    private static readonly FaultDraw Draw = new(TimeSpan.FromMinutes(4), 300, 900, ChaosBench.Instruments);

    [Fact]
    public void What_is_drawn_is_written_and_read_as_it_was()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var drawn = Draw.Draw(seed);

            FaultFile.Parse(FaultFile.Write(drawn), "drawn.yaml", ChaosBench.Instruments).Should().Equal(drawn, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("faults:")]
    [InlineData("faults: []\n")]
    public void A_file_may_have_no_faults(string text) => FaultFile.Parse(text, "calm.yaml", ChaosBench.Instruments).Should().BeEmpty();

    [Fact]
    public void What_is_written_without_faults_is_read() => FaultFile.Parse(FaultFile.Write([]), "calm.yaml", ChaosBench.Instruments).Should().BeEmpty();

    /// <summary>With one stream for all, the first number would say both how many faults there are and how late the person comes.</summary>
    [Fact]
    public void Many_faults_meet_quick_and_slow_people_alike()
    {
        var quick = Enumerable.Range(0, 2000).Where(seed => SeedStream.Of(seed, "person").NextDouble() < 0.25).Select(seed => Draw.Draw(seed).Length).ToArray();

        quick.Distinct().Should().HaveCount(8);
        quick.Average().Should().BeInRange(4.2, 4.8);
    }

    [Fact]
    public void A_seed_draws_the_same_faults_each_time_and_another_seed_others()
    {
        Draw.Draw(7).Should().Equal(Draw.Draw(7)).And.NotEqual(Draw.Draw(8));
    }

    [Fact]
    public void Many_seeds_draw_every_kind_and_strike_only_what_it_can_strike()
    {
        var drawn = Enumerable.Range(0, 500).SelectMany(seed => Draw.Draw(seed)).ToArray();

        drawn.Select(fault => fault.Kind).Distinct().Should().BeEquivalentTo(FaultTraits.All.Where(traits => !traits.IsOrder && traits.Kind != FaultKind.WrongChecksum).Select(traits => traits.Kind), "nothing on the bench has a checksum");
        drawn.Where(fault => fault.Kind == FaultKind.Empty).Should().OnlyContain(fault => fault.On!.StartsWith("pump-"));
        drawn.Where(fault => fault.Kind is FaultKind.Stuck or FaultKind.Drift).Should().OnlyContain(fault => fault.On == "spectrometer");
    }

    [Fact]
    public void Where_campaigns_share_a_lab_what_people_do_to_the_queue_is_drawn_too()
    {
        var subjects = ChaosBench.Instruments.Add(new FaultSubject("bright-match-1", "") { IsCampaign = true }).Add(new FaultSubject("bath", "modbus-thermostat") { HasChecksum = true });
        var drawn = Enumerable.Range(0, 500).SelectMany(seed => (Draw with { Subjects = subjects }).Draw(seed)).ToArray();

        drawn.Select(fault => fault.Kind).Distinct().Should().HaveCount(FaultTraits.All.Length);
        drawn.Where(fault => fault.Traits.Target == FaultTarget.Campaign).Select(fault => fault.On).Distinct().Should().BeEquivalentTo("colour-match-1", "bright-match-1");
        drawn.Where(fault => fault.Traits.Target == FaultTarget.Client).Select(fault => fault.On).Should().NotContain("bright-match-1");
        FaultFile.Parse(FaultFile.Write(drawn), "drawn.yaml", subjects).Should().Equal(drawn);
    }

    [Fact]
    public void The_table_has_every_kind_once_and_in_order()
    {
        FaultTraits.All.Select(traits => traits.Kind).Should().Equal(Enum.GetValues<FaultKind>());
        FaultTraits.All.Select(traits => traits.Name).Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("faults:\n  - { kind: silense, on: stirrer, at: 3 s, for: 1 s }", "file.yaml:2:13: 'kind' cannot be 'silense'; did you mean 'silence'?")]
    [InlineData("faults:\n  - { kind: silence, at: 3 s, for: 1 s }", "file.yaml:2:5: 'silence' lacks 'on'")]
    [InlineData("faults:\n  - { kind: silence, on: oven, at: 3 s, for: 1 s }", "file.yaml:2:26: 'silence' cannot strike 'oven' in this campaign (it strikes one of pump-cyan, ")]
    [InlineData("faults:\n  - { kind: stuck, on: stirrer, at: 3 s, for: 1 s }", "'stuck' cannot strike 'stirrer' in this campaign (it strikes one of spectrometer)")]
    [InlineData("faults:\n  - { kind: silence, on: colour-match-1, at: 3 s, for: 1 s }", "'silence' cannot strike 'colour-match-1' in this campaign (it strikes one of pump-cyan, ")]
    [InlineData("faults:\n  - { kind: hold, on: stirrer, at: 3 s, for: 1 s }", "'hold' cannot strike 'stirrer' in this campaign (it strikes one of colour-match-1)")]
    [InlineData("faults:\n  - { kind: pause, on: colour-match-1, at: 3 s }", "'pause' strikes the whole lab (leave 'on' out)")]
    [InlineData("faults:\n  - { kind: silence, on: stirrer, at: 3 s }", "'silence' lacks 'for' (say how long it lasts, such as for: 30 s)")]
    [InlineData("faults:\n  - { kind: clock-step, at: 3 s, for: 1 s, amount: 60 }", "'clock-step' is over at once (leave 'for' out)")]
    [InlineData("faults:\n  - { kind: loss, at: 3 s, for: 1 s }", "'loss' lacks 'amount' (its share of the messages)")]
    [InlineData("faults:\n  - { kind: loss, at: 3 s, for: 1 s, amount: 2 }", "the amount of 'loss' cannot be 2 (it is share of the messages, 0.001 to 1)")]
    [InlineData("faults:\n  - { kind: crash, on: stirrer, at: 3 s, for: 1 s }", "'crash' strikes the whole lab (leave 'on' out)")]
    [InlineData("faults:\n  - { kind: loss, at-write: 3, for: 1 s, amount: 0.5 }", "'loss' cannot strike at a write (say at which time)")]
    [InlineData("faults:\n  - { kind: torn-write, at: 3 s, for: 1 s, amount: 0.5 }", "'torn-write' strikes at a write")]
    [InlineData("faults:\n  - { kind: crash, for: 1 s }", "a fault lacks 'at', 'at-write' or 'at-message'")]
    [InlineData("faults:\n  - { kind: crash, at: 1 s, at-write: 3, for: 1 s }", "'at' and 'at-write' exclude each other")]
    [InlineData("", "file.yaml:1:1: the file is empty (a fault file begins with 'faults:')")]
    [InlineData("faults: none", "'faults' is 'none' (it is a list")]
    [InlineData("faults:\n  - { kind: cut-short, on: stirrer, at: 1 s, for: 1 s, amount: 2.5 }", "the amount of 'cut-short' cannot be 2.5 (it is bytes of each answer that come, a whole number)")]
    public void What_is_wrong_is_told_with_its_place_and_what_would_be_right(string text, string expected)
    {
        var parse = () => FaultFile.Parse(text, "file.yaml", ChaosBench.Instruments);

        parse.Should().Throw<CampaignFileException>().Which.Problems.Should().Contain(problem => problem.ToString().Contains(expected));
    }
}
