using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Chaos;

/// <summary>A pipetting robot, a camera and a source-measure unit, and a reactor, while everything goes wrong. The long form is <c>lab chaos</c>.</summary>
public sealed class FilmsEpisodeTests
{
    [Theory]
    [InlineData("films.yaml", "films.lab.json", 10)]
    [InlineData("drum-schedule.yaml", "reactor.lab.json", 5)]
    public void Faults_break_no_promise_of_a_lab_with(string campaign, string lab, int seeds)
    {
        var setup = new EpisodeSetup(CampaignFile.Load(Repository.At("campaigns", campaign)).With(planner: "sobol", trials: 4), new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", lab)).Build());
        var run = new ChaosRun(setup, threads: 1);
        run.Calm(1);

        var found = run.Run(1, seeds, _ => { }, CancellationToken.None);

        (found?.Violations ?? []).Should().BeEmpty($"seed {found?.Seed}");
        run.Struck.Should().NotBeEmpty();
        Episode.Run(setup, 2, []).State!.Trials.Count(trial => trial.Outcome is TrialOutcome.Measured).Should().BePositive();
    }
}
