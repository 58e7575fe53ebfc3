using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Testing;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Chaos;

/// <summary>Trials at several stations at once, in the virtual lab.</summary>
public sealed class StationEpisodeTests
{
    private static readonly string Campaign = Repository.At("campaigns", "colour-match.yaml");
    private static readonly string Cells = Repository.At("campaigns", "four-cells.lab.json");

    [Fact]
    public void Faults_break_no_promise_while_trials_are_made_at_four_stations()
    {
        var setup = new EpisodeSetup(CampaignFile.Load(Campaign).With(planner: "sobol", trials: 6, parallel: 0), new ConfigurationBuilder().AddJsonFile(Cells).Build());
        var run = new ChaosRun(setup, threads: 1);
        run.Calm(1);

        var (end, most) = (default(EpisodeEnd), 0);
        for (var seed = 1; seed <= 8; seed++)
        {
            end = Episode.Run(setup, seed, run.Draw!.Draw(seed));
            end.Violations.Should().BeEmpty($"seed {seed}");
            end.FirstFromOutside.Should().BeNull($"seed {seed}");
            most = Math.Max(most, end.State!.Trials.Select(trial => trial.Station).Distinct().Count());
        }

        most.Should().Be(4);
        var again = Episode.Run(setup, 8, run.Draw!.Draw(8));
        again.Hash.Should().Be(end!.Hash, "several trials at once are as repeatable as one");
    }

    [Fact]
    public async Task Four_at_once_take_less_than_half_the_time_of_one_after_the_other()
    {
        var (one, four) = (await SpentAsync(1), await SpentAsync(0));

        (one / four).Should().BeInRange(2.5, 4.1);
    }

    private static async Task<TimeSpan> SpentAsync(int parallel)
    {
        await using var lab = VirtualLab.From(Campaign, seed: 3, configuration: Cells, planner: "sobol", trials: 12, parallel: parallel);
        var state = await lab.RunAsync();
        state.Trials.Should().HaveCount(12).And.OnlyContain(trial => trial.Outcome is TrialOutcome.Measured);
        lab.Effects.Select(effect => effect.Device).Should().OnlyContain(device => device.Contains('-'), "an effect is called as the instrument is");
        return state.Spent;
    }
}
