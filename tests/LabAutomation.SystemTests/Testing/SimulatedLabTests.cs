using LabAutomation.Agents.Campaigns;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Worlds;
using LabAutomation.SystemTests.Lab;
using LabAutomation.Testing;

namespace LabAutomation.SystemTests.Testing;

public sealed class SimulatedLabTests
{
    [Fact]
    public async Task A_campaign_runs_in_the_tests_process_and_devices_and_ledger_agree_on_what_was_done()
    {
        await using var lab = await SimulatedLab.StartAsync(seed: 3);

        var campaign = await lab.RunAsync(LabProcess.ColourMatch, trials: 3);

        campaign.Trials.Should().HaveCount(3).And.OnlyContain(trial => trial.Outcome is TrialOutcome.Measured);
        var dispensed = campaign.Trials.SelectMany(trial => trial.Actions.Values).Count(action => action.Intent.Command == "dispense");
        lab.Effects.Count(effect => effect.Kind == EffectKind.Dispense).Should().Be(dispensed);
        lab.Effects.Count(effect => effect.Kind == EffectKind.Acquisition).Should().Be(3);
        lab.Ledger.Verify().IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_trials_and_another_seed_gives_others()
    {
        var (first, again, other) = (await ObjectivesAsync(1), await ObjectivesAsync(1), await ObjectivesAsync(2));

        again.Should().Equal(first);
        other.Should().NotEqual(first);
    }

    private static async Task<double[]> ObjectivesAsync(int seed)
    {
        await using var lab = await SimulatedLab.StartAsync(seed);
        var campaign = await lab.RunAsync(LabProcess.ColourMatch, trials: 2);
        return [.. campaign.Trials.Select(trial => trial.Outcome).Cast<TrialOutcome.Measured>().Select(measured => measured.Objective)];
    }
}
