using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Protocol;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;
using static LabAutomation.Tests.Chaos.CellRecord;

namespace LabAutomation.Tests.Chaos;

/// <summary>A damp powder is to be measured within 100 s of dosing, in a lab in which an arm carries samples of two campaigns: what excuses a trial that is late, and what does not.</summary>
public sealed class CarriedLateOracleTests
{
    private const int Doser = 1;
    private const int Oven = 21;
    private const int Diffractometer = 61;

    private static readonly EpisodeSetup Setup = new(
        [CampaignFile.Load(Repository.At("campaigns", "damp.yaml")), CampaignFile.Load(Repository.At("campaigns", "drying-bob.yaml"))], new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", "drying.lab.json")).Build());

    private static readonly ActionIntended Dose = Step("damp", 1, "dose", "doser-1") with { At = Doser };

    [Theory]
    [InlineData("diffractometer-2", true)]
    [InlineData("arm", true)]
    [InlineData(null, true)]
    [InlineData("oven-1", false)]
    [InlineData("doser-2", false)]
    public void A_fault_excuses_where_it_struck_what_carries_or_can_do_the_step(string? on, bool excuses)
    {
        Judge(new CellRecord(Setup)).Should().ContainSingle();
        Judge(new CellRecord(Setup), new Trouble(Start.AddSeconds(5), Start.AddSeconds(6), on)).Any().Should().Be(!excuses);
    }

    /// <summary>Where bob's sample stands, and with it what it needs to be out of the way.</summary>
    [Theory]
    [InlineData("measure", Diffractometer, null, true)]
    [InlineData("look", Diffractometer, "oven-1", true)]
    [InlineData("measure", Diffractometer, "oven-1", false)]
    [InlineData("dry", Oven, null, false)]
    [InlineData("dry", Oven, "oven-1", false)]
    public void Trouble_of_another_excuses_where_its_sample_stands_in_the_way(string step, int position, string? trouble, bool excuses)
    {
        var record = new CellRecord(Setup).Add("drying-bob", [Proposed(1), .. Does(Step("drying-bob", 1, step, position == Oven ? "oven-1" : "diffractometer-1") with { At = position })]);

        (trouble is null ? Judge(record, rests: true) : Judge(record, new Trouble(Start.AddSeconds(8), Start.AddSeconds(9), trouble))).Any().Should().Be(!excuses);
    }

    private static IEnumerable<Violation> Judge(CellRecord record, params Trouble[] troubles) => Judge(record, rests: false, troubles);

    private static IEnumerable<Violation> Judge(CellRecord record, bool rests, params Trouble[] troubles)
    {
        record.Add("damp", [Proposed(1), .. Does(Dose)]);
        if (rests) record.Add("drying-bob", new CampaignPaused("enough"));
        return LateOracle.Judge(record.Pass(120).Add("damp", Step("damp", 1, "measure", "diffractometer-1") with { At = Diffractometer }).Evidence(troubles));
    }
}
