using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Forecasts;
using LabAutomation.Testing;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Queue;

/// <summary>What a second instrument, or a second station, would save: by runs in a lab that has it.</summary>
public sealed class SecondOneTests
{
    [Fact]
    public void A_second_furnace_comes_with_a_location_of_its_own_and_halves_what_waits_for_the_first()
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", "a-lab.lab.json")).AddInMemoryCollection(
        [
            .. new[] { 3, 4, 5 }.Select(other => KeyValuePair.Create<string, string?>($"Instruments:{other}:Role", "spare")), new("Instruments:2:FillFor", "0"), new("Locations:2:Positions", "21"), new("Instruments:2:Settings:positions", "21"),
        ]).Build();
        var plan = CampaignFile.Load(Repository.At("campaigns", "a-lab.yaml")).With(planner: "sobol", trials: 2, parallel: 2);
        var forecast = new LabForecast(configuration, InstrumentFamilies.BuiltIn);
        var run = forecast.Run([plan], [], null, 1, null);

        var seconds = forecast.Seconds(run, [plan], [], null, null);

        run.Outlook.Bottleneck!.Instrument.Should().Be("furnace-1");
        run.Length.TotalHours.Should().BeInRange(14, 20, "two trials, each heated for four hours and cooled as long, one after the other");
        seconds.Single(one => one.What == "furnace-1").Saved.TotalHours.Should().BeInRange(7, 10, "both at once");
        seconds.Where(one => one.What != "furnace-1").Should().OnlyContain(one => one.Saved < TimeSpan.FromMinutes(30));
        seconds.Should().NotContain(one => one.What == null, "samples are carried, and have no station");
    }

    [Fact]
    public void A_lab_of_one_place_would_save_about_half_with_a_second_station_and_nothing_with_a_second_pump()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([.. ColourBenchConfiguration.Keys, new("Consumables:0:Name", "water"), new("Consumables:0:Unit", "mL"), new("Consumables:0:OnHand", "50"), new("Consumables:0:Capacity", "50"), new("Consumables:0:DrawnBy:0", "pump-water")]).Build();
        var plan = CampaignFile.Load(Repository.At("campaigns", "colour-match.yaml")).With(planner: "sobol", trials: 6);
        var forecast = new LabForecast(configuration, InstrumentFamilies.BuiltIn);
        var run = forecast.Run([plan], [], null, 1, null);

        var seconds = forecast.Seconds(run, [plan], [], null, null);

        seconds.Where(one => one.What is not null).Should().HaveCount(3).And.OnlyContain(one => one.IsPlanned && one.Saved == TimeSpan.Zero, "what stands at the bench has its place there");
        var second = seconds.Should().ContainSingle(one => one.What == null).Which;
        (second.Saved / run.Length).Should().BeInRange(0.3, 0.6);
    }

    [Fact]
    public void The_keys_of_a_lab_that_has_grown_say_where_the_second_one_stands_what_reaches_it_and_what_it_draws()
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", "a-lab.lab.json")).AddInMemoryCollection([new("Consumables:0:Name", "argon"), new("Consumables:0:Unit", "L"), new("Consumables:0:Capacity", "9"), new("Consumables:0:DrawnBy:0", "furnace-1 heat.gas")]).Build();

        var keys = GrownLab.WithInstrument(configuration, "furnace-1")!;
        keys.Should().Contain(new Dictionary<string, string?>
        {
            ["Instruments:8:Name"] = "furnace-1-second", ["Instruments:8:Role"] = "furnace", ["Instruments:8:Location"] = "furnace-1-second", ["Instruments:8:Batch"] = "True", ["Instruments:8:Settings:positions"] = "201-208",
            ["Instruments:1:Settings:positions"] = "1,21-28,31-38,41-48,51-58,61,62,99,101-200,201-208",
        });
        keys.Where(key => key.Key.StartsWith("Locations:", StringComparison.Ordinal)).Select(key => key.Value).Should().Equal("furnace-1-second", "201-208");
        keys.Single(key => key.Key.StartsWith("Transports:0:Between:", StringComparison.Ordinal)).Value.Should().Be("furnace-1-second");
        keys.Single(key => key.Key.StartsWith("Consumables:0:DrawnBy:", StringComparison.Ordinal)).Value.Should().Be("furnace-1-second heat.gas");
        GrownLab.WithInstrument(configuration, "arm")!.Where(key => key.Key.StartsWith("Transports:", StringComparison.Ordinal)).Should().Contain(key => key.Value == "arm-second").And.HaveCount(11);
        GrownLab.WithInstrument(configuration, "nobody").Should().BeNull();
        GrownLab.WithStation(configuration).Should().BeNull();
        GrownLab.WithStation(new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", "four-cells.lab.json")).Build())!.Values.Where(value => value == "a-second").Should().HaveCount(7);
    }
}
