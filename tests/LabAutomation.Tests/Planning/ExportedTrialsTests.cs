using System.Collections.Immutable;
using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Lab.Reports;
using LabAutomation.Protocol;
using LabAutomation.Tests.Learning.Backtesting;

namespace LabAutomation.Tests.Planning;

/// <summary>What <c>lab export</c> writes is judged by <c>lab suggest</c> as the campaign's own planner judges it.</summary>
public sealed class ExportedTrialsTests
{
    [Fact]
    public void Deviations_of_measured_values_are_exported_and_read_back()
    {
        using var campaign = new ShortCampaign("{ minimise: difference, until: { trials: 12 } }");
        campaign.Propose(0.5, 0.5);
        campaign.Ledger.Append(ShortCampaign.Id, [new TrialMeasured(1, ImmutableSortedDictionary<string, Quantity>.Empty.Add("difference", new Quantity(3, Unit.One, 0.25)).Add("colour_L", Quantity.Of(50, "1")), 3)]);
        campaign.Propose(0.6, 0.5);
        campaign.Measure(2, 4);
        using var file = new ScratchFile("exported.csv", CsvExport.Of(campaign.State));

        var read = CampaignStudy.Read(campaign.Plan, file.Path).Study.Trials;

        System.IO.File.ReadAllText(file.Path).Split("\r\n")[0].Should().Contain(",colour_L,colour_a,colour_b,difference,difference_sd,status,");
        read.Select(trial => trial.NoiseSds?["difference"]).Should().Equal(0.25, null);
        var own = CampaignHistory.ToStudy(campaign.State).Trials;
        read.Select(trial => (trial.Point, trial.Values!["difference"])).Should().Equal(own.Select(trial => (trial.Point, trial.Values!["difference"])));
        own.Select(trial => trial.NoiseSds?["difference"]).Should().Equal(0.25, null);
    }
}
