using System.Text.RegularExpressions;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Testing;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Campaigns;

/// <summary>Powders become a compound in the lab of campaigns/a-lab.lab.json, in virtual time.</summary>
public sealed partial class SynthesisCampaignTests : IDisposable
{
    private const string Campaign = """
        campaign: synthesis
        goal:
          maximise: fraction
          until: { trials: 12 }
        parameters:
          recipe: { kind: integer, low: 1, high: 4 }
          temperature: { kind: real, low: 600 °C, high: 1100 °C }
        workflow:
          - step: fill
            actions: [{ instrument: doser, command: dose, with: { target: 3, recipe: =recipe, mass: 500 mg } }]
          - step: load
            actions: [{ instrument: arm, command: transfer, with: { from: 1, to: 21 } }]
          - step: fire
            actions: [{ instrument: furnace-1, command: heat, with: { temperature: =temperature, duration: 4 h } }]
          - step: unload
            actions: [{ instrument: arm, command: transfer, with: { from: 21, to: 61 } }]
          - step: measure
            actions: [{ instrument: diffractometer-1, command: scan, as: pattern }]
          - step: dispose
            actions: [{ instrument: arm, command: transfer, with: { from: 61, to: 99 } }]
        analysis:
          - { analyst: reading, input: pattern.fraction, error: pattern.fraction_error, gives: fraction }
        planner: { kind: sobol }
        limits: { trial: 2 d }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("synthesis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Days_of_syntheses_pass_in_seconds_and_leave_each_effect_once()
    {
        var (state, effects, hash) = await RunAsync();

        state.Trials.Should().HaveCount(12).And.OnlyContain(trial => trial.Outcome is TrialOutcome.Measured);
        state.Spent.TotalDays.Should().BeInRange(4, 5);
        var fractions = state.Trials.Select(trial => ((TrialOutcome.Measured)trial.Outcome!).Outputs["fraction"]).ToArray();
        fractions.Should().OnlyContain(fraction => fraction.Sd == 0.02);
        fractions.Max(fraction => fraction.Value).Should().BeGreaterThan(fractions.Min(fraction => fraction.Value) + 0.15, "recipe and temperature matter");
        effects.GroupBy(effect => effect.Kind).Select(group => $"{group.Key} {group.Count()}").Should().BeEquivalentTo("dose 12", "pick 36", "place 36", "heat 12", "scan 12");
        (await RunAsync()).Hash.Should().Be(hash, "the same seed leaves the same record");
    }

    [Fact]
    public void Faults_break_no_promise_in_the_furnace_room()
    {
        var (campaign, lab) = Write();
        var setup = new EpisodeSetup(CampaignFile.Load(campaign).With(trials: 2), new ConfigurationBuilder().AddJsonFile(lab).Build());
        var run = new ChaosRun(setup, threads: 1);
        run.Calm(1);

        for (var seed = 1; seed <= 6; seed++)
        {
            var end = Episode.Run(setup, seed, run.Draw!.Draw(seed));
            end.Violations.Should().BeEmpty($"seed {seed}");
            end.FirstFromOutside.Should().BeNull($"seed {seed}");
        }
    }

    private async Task<(CampaignState State, IReadOnlyList<Effect> Effects, string Hash)> RunAsync()
    {
        var (campaign, lab) = Write();
        await using var virtualLab = VirtualLab.From(campaign, seed: 3, configuration: lab);
        return (await virtualLab.RunAsync(), virtualLab.Effects, virtualLab.LedgerHash);
    }

    private (string Campaign, string Lab) Write()
    {
        var (campaign, lab) = (Path.Combine(_folder, "synthesis.yaml"), Path.Combine(_folder, "a-lab.json"));
        System.IO.File.WriteAllText(campaign, Campaign);

        // By its name each instrument is found where a trial is at no station.
        System.IO.File.WriteAllText(lab, Role().Replace(System.IO.File.ReadAllText(Repository.At("campaigns", "a-lab.lab.json")), ""));
        return (campaign, lab);
    }

    [GeneratedRegex("\"Role\": \"[a-z]+\", ")]
    private static partial Regex Role();
}
