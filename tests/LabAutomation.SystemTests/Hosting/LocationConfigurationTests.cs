using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.SystemTests.Lab;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>Where samples stand, what carries them, and what treats several at once; in virtual time.</summary>
public sealed class LocationConfigurationTests
{
    private const string Key = "Key";

    private static readonly string Synthesis = Path.Combine(LabProcess.Root, "campaigns", "a-lab.yaml");

    [Fact]
    [Trait(Key, "Instruments:N:Location")]
    [Trait(Key, "Locations:N:Name")]
    [Trait(Key, "Locations:N:Positions")]
    [Trait(Key, "Locations:N:Outlet")]
    [Trait(Key, "Transports:N:Instrument")]
    [Trait(Key, "Transports:N:Between")]
    public void A_sample_is_carried_from_position_to_position_and_out_of_the_lab()
    {
        var (states, _) = Run(["1"]);

        var carried = states[0].Trials.Single().Actions.Values.Where(action => action.Intent.Index == ActionPlace.Carry).OrderBy(action => action.IntendedAt).ToArray();
        carried.Should().OnlyContain(action => action.Intent.Instrument == "arm" && action.Intent.Command == "transfer" && action.HasSucceeded);
        carried.Select(action => $"{action.Intent.Step}: {action.Intent.Arguments["from"].Value} to {action.Intent.Arguments["to"].Value}")
            .Should().Equal("wait: 1 to 101", "heat: 101 to 21", "measure: 21 to 61", "discard: 61 to 99");
    }

    [Fact]
    [Trait(Key, "Instruments:N:Batch")]
    [Trait(Key, "Instruments:N:FillFor")]
    public void Samples_that_need_the_same_share_a_furnace_that_waits_for_them_and_have_their_intents_on_record_together()
    {
        var (states, entries) = Run(["1", "2"]);

        var heats = states.Select(state => state.Trials.Single().Actions[new ActionPlace("heat", 0)]).ToArray();
        heats.Select(heat => heat.Intent.Action).Distinct().Should().ContainSingle();
        heats.Should().OnlyContain(heat => heat.Intent.Shared == 2 && heat.HasSucceeded);
        heats.Select(heat => heat.Intent.At).Should().BeEquivalentTo([21, 22]);
        var intents = entries.Where(entry => entry.Event is ActionIntended { Step: "heat", Index: 0 }).ToArray();
        (intents[1].Seq - intents[0].Seq).Should().Be(1);

        var (apart, _) = Run(["1", "2"], ("Instruments:2:FillFor", "0"), ("Instruments:3:FillFor", "0"), ("Instruments:4:FillFor", "0"), ("Instruments:5:FillFor", "0"));
        apart.Select(state => state.Trials.Single().Actions[new ActionPlace("heat", 0)].Intent.Action).Distinct().Should().HaveCount(2, "the first does not wait for the second, which is dosed ten minutes later");
    }

    [Fact]
    [Trait(Key, "Instruments:N:SetUp")]
    [Trait(Key, "Instruments:N:SetUpBy")]
    public void What_has_an_instrument_set_otherwise_is_expected_to_take_longer_and_its_intent_says_so()
    {
        var (states, _) = Run(["1", "2"], ("Instruments:0:SetUp", "1200"), ("Instruments:0:SetUpBy:0", "dose.target"));

        var doses = states.Select(state => state.Trials.Single().Actions.Single(action => action.Key.Step == "dose").Value).OrderBy(dose => dose.IntendedAt).ToArray();
        doses.Select(dose => dose.Intent.SetUp).Should().Equal(1200, 1200);
        Run(["1"]).States[0].Trials.Single().Actions.Values.Should().OnlyContain(action => action.Intent.SetUp == null);
        FluentActions.Invoking(() => Run(["1"], ("Instruments:0:SetUp", "1200"), ("Instruments:0:SetUpBy:0", "dose.colour"))).Should().Throw<LabException>().WithMessage("Instruments: * is SetUpBy 'dose.colour', and it has no such argument; it has *");
    }

    [Fact]
    [Trait(Key, "Transports:N:Command")]
    public void What_carries_is_asked_by_its_command() =>
        FluentActions.Invoking(() => Run(["1"], ("Transports:0:Command", "fetch"))).Should().Throw<CampaignFileException>().Which.Problems.Should().ContainSingle()
            .Which.Message.Should().Be("'arm', which carries samples, has no command 'fetch' of two positions, 'from' and 'to'");

    [Theory]
    [InlineData("Locations:0:Positions", "1-", "Locations:0: Positions '1-' is no list of numbers*")]
    [InlineData("Locations:0:Positions", "21", "Locations: position 21 is at 2 locations*")]
    [InlineData("Locations:0:Name", "rack", "Locations: the name 'rack' is given 2 times*")]
    [InlineData("Instruments:0:Location", "elsewhere", "Instruments:0: there is no Location 'elsewhere'*")]
    [InlineData("Instruments:1:Batch", "true", "Instruments:1: Batch is about the samples at its Location*")]
    [InlineData("Instruments:0:FillFor", "60", "Instruments:0: FillFor is about a Batch*")]
    [InlineData("Instruments:2:SetUp", "60", "Instruments:2: SetUp is about one sample after the other*")]
    [InlineData("Instruments:6:SetUp", "60", "Instruments:6: SetUp says how long it takes to be set otherwise; SetUpBy*")]
    [InlineData("Instruments:6:SetUpBy:0", "scan.from", "Instruments:6: SetUpBy names what says how it is set; SetUp*")]
    [InlineData("Instruments:6:SetUpBy:0", "scan", "Instruments:6: SetUpBy 'scan' is no list of COMMAND.ARGUMENT*")]
    [InlineData("Instruments:6:SetUp", "-1", "Instruments:6: SetUp is 0 to 604800 s*")]
    [InlineData("Transports:0:Instrument", "crane", "Transports:0: there is no Instrument 'crane'*")]
    [InlineData("Transports:0:Between:0", "elsewhere", "Transports:0: Between names 'elsewhere'*")]
    [InlineData("Transports:0:Duration", "0", "Transports:0: Duration is 1 to 86400 s*")]
    [Trait(Key, "Transports:N:Duration")]
    public void What_does_not_fit_together_is_refused(string key, string value, string complaint) =>
        FluentActions.Invoking(() => Run(["1"], (key, value))).Should().Throw<OptionsValidationException>().WithMessage($"*{complaint}");

    private static (CampaignState[] States, IReadOnlyList<LedgerEntry> Entries) Run(string[] targets, params (string Key, string? Value)[] keys)
    {
        var folder = Directory.CreateTempSubdirectory("locations-");
        try
        {
            var configuration = new ConfigurationBuilder().AddJsonFile(Path.Combine(LabProcess.Root, "campaigns", "a-lab.lab.json"))
                .AddInMemoryCollection([new("Lab:DataDirectory", folder.FullName), new("Simulation:Seed", 1.ToString(CultureInfo.InvariantCulture)), .. keys.Select(key => KeyValuePair.Create(key.Key, key.Value))]).Build();
            using var lab = VirtualLaboratory.Of(configuration);
            var plans = targets.Select(target => CampaignFile.Load(Synthesis, new Dictionary<string, string> { ["target"] = target }).With(trials: 1)).ToArray();
            return ([.. lab.Run(plans)], lab.Laboratory.Ledger.Read());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
