using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Hosting;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;
using Xunit.Abstractions;

namespace LabAutomation.Tests.Campaigns.Errors;

/// <summary>A furnace that always fails, in the lab of campaigns/a-lab.lab.json, in virtual time: what its own campaign and the others make of it.</summary>
public sealed class FailingInstrumentTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("failing-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void While_one_instrument_always_fails_the_other_campaigns_lose_at_most_a_twentieth_of_their_throughput()
    {
        var (calm, _) = Run("calm", isBroken: false);
        var (troubled, record) = Run("troubled", isBroken: true);

        output.WriteLine(string.Join(", ", calm.Zip(troubled).Take(3).Select(pair => $"{pair.First.Id}: {PerHour(pair.Second) / PerHour(pair.First):P1}")));
        foreach (var (before, after) in calm.Zip(troubled).Take(3)) PerHour(after).Should().BeGreaterThanOrEqualTo(0.95 * PerHour(before), before.Id);
        var affected = troubled[3].Trials.Where(trial => trial.Outcome is not null).ToArray();
        affected.Should().OnlyContain(trial => trial.Outcome is TrialOutcome.Failed || trial.Outcome is TrialOutcome.Abandoned);
        var failed = affected.Count(trial => trial.Outcome is TrialOutcome.Failed);
        failed.Should().BeGreaterThan(3, "a failed sample never fails a campaign");
        record.OfType<TrialProposed>().Where(proposed => proposed.FailuresTold is not null).Max(proposed => proposed.FailuresTold).Should().BeInRange(failed - 1, failed, "the planner is told of each");
        record.OfType<BreakerChanged>().Where(changed => changed.Instrument == "furnace-1").Select(changed => changed.Phase).Take(3).Should().Equal(BreakerPhase.Open, BreakerPhase.HalfOpen, BreakerPhase.Open);
    }

    private static double PerHour(CampaignState state) => state.Trials.Count(trial => trial.Outcome is TrialOutcome.Measured) / state.Spent.TotalHours;

    /// <summary>Three campaigns that share doser, arm, rack and diffractometers with a fourth, whose furnace is its own.</summary>
    private (ImmutableArray<CampaignState> States, ImmutableArray<LabEvent> Record) Run(string name, bool isBroken)
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", "a-lab.lab.json")).AddInMemoryCollection(
        [
            new("Lab:DataDirectory", Path.Combine(_folder, name)), new("Simulation:Seed", "3"), new("Instruments:2:Role", "kiln"),
            new("Instruments:2:BreakerFailures", "3"), new("Instruments:2:BreakerWindow", "86400"), new("Instruments:2:BreakerCoolDown", "7200"),
        ]).Build();
        using var lab = VirtualLaboratory.Of(configuration);
        var text = File.ReadAllText(Repository.At("campaigns", "a-lab.yaml")).Replace("reached: 0.5", "reached: 1", StringComparison.Ordinal);
        var affected = text.Replace("instrument: furnace", "instrument: kiln", StringComparison.Ordinal).Replace("campaign: a-lab", "campaign: kiln-lab", StringComparison.Ordinal)
            .Replace("limits:", "limits:\n  failed_trials: 1000", StringComparison.Ordinal);
        ImmutableArray<CampaignPlan> plans =
        [
            .. Enumerable.Range(1, 3).Select(target => CampaignFile.Parse(text, "a-lab.yaml", new Dictionary<string, string> { ["target"] = $"{target}" }).With(planner: "sobol", trials: 4)),
            CampaignFile.Parse(affected, "kiln-lab.yaml").With(planner: "random", trials: 1000),
        ];
        var states = lab.Run(async laboratory =>
        {
            foreach (var plan in plans) await laboratory.CheckAsync(plan, CancellationToken.None);
            string[] ids = [.. plans.Select(plan => laboratory.Begin(plan))];
            var ended = new HashSet<string>();
            laboratory.CampaignChanged += changed =>
            {
                if (changed.Phase == CampaignPhase.Ended && changed.Id != ids[3] && ended.Add(changed.Id) && ended.Count == 3) laboratory.Abort("the others have ended");
            };
            if (isBroken) laboratory.Floor!.BreakSensor("furnace-1", broken: true);
            return await laboratory.RunAsync(ids, CancellationToken.None);
        });
        return (states, [.. lab.Laboratory.Ledger.Read().Select(entry => entry.Event)]);
    }
}
