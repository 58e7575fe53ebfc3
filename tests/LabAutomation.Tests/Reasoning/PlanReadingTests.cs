using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Protocol;
using LabAutomation.Tests.Campaigns;

namespace LabAutomation.Tests.Reasoning;

/// <summary>What a campaign may use at most, whatever the drivers of its instruments take.</summary>
public sealed class PlanReadingTests
{
    private static readonly string Plan = CampaignTexts.Match;

    [Fact]
    public void What_is_left_out_of_a_command_is_what_its_driver_takes_then()
    {
        var births = Births.Bench.Select(birth => birth.Instrument == "pump-waste" ? With(birth, "withdraw", parameter => parameter.Name == "volume" ? parameter with { Default = 50 } : parameter) : birth).ToArray();
        var text = Plan.Replace("with: { volume: 3 mL, rate: 20 mL/min }", "with: { rate: 20 mL/min }", StringComparison.Ordinal);
        text.Should().NotBe(Plan);

        Facts(text, births).Volumes["pump-waste"].Should().Be(40 * 50);
        Facts(Plan, births).Volumes["pump-waste"].Should().Be(40 * 3, "where it is given, that counts");
    }

    [Fact]
    public void What_would_carry_the_samples_is_used_as_what_is_named()
    {
        var plan = CampaignTexts.Parse(Plan);
        var carried = new LabStations([new PlacedInstrument("stirrer", "stirrer", null, "bench")])
        {
            Locations = [new PlacedLocation("bench", [1]), new PlacedLocation("rack", [2, 3])],
            Transports = [new Transport("arm", "transfer", ["bench", "rack"], TimeSpan.FromSeconds(10))],
        };

        PlanReading.Facts(plan, carried, Births.Bench).Instruments.Should().Contain("arm").And.Contain("stirrer");
        PlanReading.Facts(plan, LabStations.OnePlace, Births.Bench).Instruments.Should().Equal(plan.Instruments);
    }

    [Theory]
    [InlineData("uL", 3000, "3000 uL")]
    [InlineData("L", 0.06, "0.003 L")]
    [InlineData("uL", 3000, "3 mL")]
    public void Volumes_count_in_whatever_unit_they_are(string unit, double most, string given)
    {
        var births = Births.Bench.Select(birth => birth.Instrument == "pump-waste" ? With(birth, "withdraw", parameter => parameter.Name == "volume" ? parameter with { Unit = Unit.Parse(unit), Low = 0, High = most } : parameter) : birth).ToArray();

        Facts(Plan.Replace("volume: 3 mL, rate: 20", $"volume: {given}, rate: 20", StringComparison.Ordinal), births).Volumes["pump-waste"].Should().BeApproximately(120, 1e-9);
    }

    [Theory]
    [InlineData(Effect.Consume, false, "its command 'flush' takes no volume, and may move some")]
    [InlineData(Effect.Relative, true, "its command 'flush' takes no volume, and may move some")]
    [InlineData(Effect.Set, false, "its command 'flush' takes no volume, and may move some")]
    [InlineData(Effect.Set, true, null)]
    [InlineData(Effect.Read, false, null)]
    public void A_limit_on_what_cannot_be_counted_is_left_by_each_campaign_that_uses_it(Effect effect, bool says, string? why)
    {
        var births = Births.Bench.Select(birth => birth.Instrument != "pump-waste" ? birth : says ? With(Flushing(birth, effect), "dispense", parameter => parameter with { Draws = parameter.Name == "volume" }) : Flushing(birth, effect)).ToArray();
        var facts = Facts(Plan.Replace("command: withdraw, with: { volume: 3 mL, rate: 20 mL/min }", "command: flush, with: { rate: 20 mL/min }", StringComparison.Ordinal), births);
        var envelope = new Envelope(null, 200, TimeSpan.FromHours(48), Policies.Volumes(("pump-waste", 1000)));

        facts.Uncounted.GetValueOrDefault("pump-waste").Should().Be(why);
        facts.Uncounted.Should().ContainKey("stirrer");
        facts.Unmeasured.Keys.Should().Equal(why is null ? [] : ["pump-waste"], "a stirrer moves no volume, whatever it is asked");
        envelope.LeftBy(facts).Should().Be(why is null ? null : $"there is a limit on pump-waste, and what the campaign may use of it cannot be counted: {why}");
        new Envelope(null, 200, TimeSpan.FromHours(48), Policies.Volumes(("pump-cyan", 1000))).LeftBy(facts).Should().BeNull("a limit on another is not left");
    }

    [Fact]
    public void Whichever_instrument_plays_a_role_the_one_that_moves_most_counts()
    {
        var small = With(Births.Bench[0], "dispense", parameter => parameter.Name == "volume" ? parameter with { Default = 1 } : parameter) with { Instrument = "pump-1" };
        var large = With(small, "dispense", parameter => parameter.Name == "volume" ? parameter with { Default = 5 } : parameter) with { Instrument = "pump-2" };
        var lab = new LabStations([new PlacedInstrument("pump-1", "pump-water", null), new PlacedInstrument("pump-2", "pump-water", null)]);
        var text = Plan.Replace("with: { volume: =2.0 mL - cyan - magenta - yellow, rate: 6 mL/min }", "with: { rate: 6 mL/min }", StringComparison.Ordinal);

        PlanReading.Facts(CampaignTexts.Parse(text), lab, [.. Births.Bench.Where(birth => birth.Instrument != "pump-water"), small, large]).Volumes["pump-water"].Should().Be(200);
    }

    [Fact]
    public void What_is_declared_to_be_drawn_and_is_not_is_told_with_its_place_and_leaves_a_limit()
    {
        var lab = LabStations.OnePlace with { Consumables = [new Consumable("photons", Unit.Parse("mL"), 10, 100, 1, [new DrawPoint("spectrometer")])] };
        var plan = CampaignTexts.Parse(Plan);

        var problem = plan.Check(Births.Bench, Births.NoModels, lab).Should().ContainSingle().Which;
        var facts = PlanReading.Facts(plan, lab, Births.Bench);

        problem.ToString().Should().MatchRegex(@"^test\.yaml:\d+:\d+: what is drawn of photons cannot be counted: 'spectrometer' declares nothing that it uses up in a unit of mL; .* \(DrawnBy in the lab's Consumables says what draws it\)$");
        new Envelope(null, 200, TimeSpan.FromHours(48), Policies.Volumes(("photons", 1))).LeftBy(facts).Should().Contain("there is a limit on photons").And.Contain("the driver of 'spectrometer' does not have what the lab's Consumables say");
    }

    private static PlanFacts Facts(string text, IReadOnlyCollection<Birth> births)
    {
        var plan = CampaignTexts.Parse(text);
        plan.Check(births, Births.NoModels).Should().BeEmpty();
        return PlanReading.Facts(plan, LabStations.OnePlace, births);
    }

    private static Birth With(Birth birth, string command, Func<ParameterDescription, ParameterDescription> edit) =>
        birth with { Commands = [.. birth.Commands.Select(one => one.Name == command ? one with { Parameters = [.. one.Parameters.Select(edit)] } : one)] };

    private static Birth Flushing(Birth birth, Effect effect) =>
        birth with { Commands = birth.Commands.Add(new CommandDescription("flush", "Flushes.", effect, [new ParameterDescription("rate", "How fast.", Unit.Parse("mL/min"), 0.01, 60)], ImmutableArray<OutputDescription>.Empty, 2)) };
}
