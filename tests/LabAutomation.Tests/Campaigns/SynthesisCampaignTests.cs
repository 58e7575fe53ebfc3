using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;
using Effect = LabAutomation.Simulators.Worlds.Effect;

namespace LabAutomation.Tests.Campaigns;

/// <summary>Powders become a compound in the lab of campaigns/a-lab.lab.json, in virtual time.</summary>
public sealed class SynthesisCampaignTests : IDisposable
{
    private static readonly string Lab = Repository.At("campaigns", "a-lab.lab.json");

    private readonly string _folder = Directory.CreateTempSubdirectory("synthesis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Days_of_syntheses_pass_in_seconds_and_leave_each_effect_once()
    {
        var (states, effects, hash) = Run("once");

        states.Should().OnlyContain(state => state.Phase == CampaignPhase.Ended).And.HaveCount(3);
        var trials = states.SelectMany(state => state.Trials).ToArray();
        trials.Should().OnlyContain(trial => trial.Outcome is TrialOutcome.Measured);
        var fractions = trials.Select(trial => ((TrialOutcome.Measured)trial.Outcome!).Outputs["fraction"]).ToArray();
        fractions.Should().OnlyContain(fraction => fraction.Sd == 0.02);
        fractions.Max(fraction => fraction.Value).Should().BeGreaterThan(fractions.Min(fraction => fraction.Value) + 0.15, "recipe and temperature matter");

        // Each crucible is dosed and measured once and carried four times; what is heated together is heated once.
        var heats = trials.Select(trial => trial.Actions[new ActionPlace("heat", 0)].Intent.Action).Distinct().Count();
        effects.GroupBy(effect => effect.Kind).Select(group => $"{group.Key} {group.Count()}")
            .Should().BeEquivalentTo($"dose {trials.Length}", $"moved {trials.Length}", $"pick {4 * trials.Length}", $"place {4 * trials.Length}", $"heat {heats}", $"peak {heats}", $"dwelt {heats}", $"scan {trials.Length}");
        heats.Should().BeLessThan(trials.Length);
        Run("again").Hash.Should().Be(hash, "the same seed leaves the same record");
    }

    [Theory]
    [InlineData(5, "while the first is being dosed and the others wait")]
    [InlineData(20, "while some are carried")]
    [InlineData(180, "while they are heated together")]
    public void An_abort_ends_every_campaign_and_takes_every_crucible_out(int minutes, string when)
    {
        var folder = Path.Combine(_folder, $"abort-{minutes}");
        using var lab = VirtualLaboratory.Of(new ConfigurationBuilder().AddJsonFile(Lab).AddInMemoryCollection([new("Lab:DataDirectory", folder), new("Simulation:Seed", "3")]).Build());

        var states = lab.Run(async laboratory =>
        {
            var plans = Plans(trials: 4);
            foreach (var plan in plans) await laboratory.CheckAsync(plan, CancellationToken.None);
            using var abort = lab.Loop.Clock.CreateTimer(_ => laboratory.Abort("enough"), null, TimeSpan.FromMinutes(minutes), Timeout.InfiniteTimeSpan);
            return await laboratory.RunAsync([.. plans.Select(plan => laboratory.Begin(plan))], CancellationToken.None);
        });

        states.Should().OnlyContain(state => state.End!.End == CampaignEnd.Aborted, when);
        var begun = states.SelectMany(state => state.Trials).Where(trial => trial.HasSample).ToArray();
        begun.Should().NotBeEmpty();
        begun.Should().OnlyContain(trial => trial.Actions.ContainsKey(new ActionPlace("discard", ActionPlace.Carry)), when);
        begun.Select(trial => trial.Actions[new ActionPlace("discard", ActionPlace.Carry)]).Should().OnlyContain(carry => carry.HasSucceeded || carry.Result!.Cause == CauseCode.Unachievable, when);
    }

    [Fact]
    public void While_samples_of_one_campaign_stand_in_the_lab_no_other_takes_their_places()
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Lab).AddInMemoryCollection([new("Lab:DataDirectory", Path.Combine(_folder, "left"))]).Build();
        var time = new LabAutomation.Simulators.Time.VirtualTime(VirtualLaboratory.Beginning);
        using (var killed = VirtualLaboratory.Of(configuration, null, time, null))
        {
            killed.Run(async laboratory =>
            {
                await laboratory.CheckAsync(Plans(trials: 1)[0], CancellationToken.None);
                var run = laboratory.RunAsync(laboratory.Begin(Plans(trials: 1)[0]), CancellationToken.None);
                await Task.WhenAny(run.Here(), Task.Delay(TimeSpan.FromMinutes(30), time));
                return 0;
            });
            killed.Loop.Halt();
        }

        using var lab = VirtualLaboratory.Of(configuration, null, time, null);
        lab.Invoking(again => again.Run(Plans(trials: 1)[1])).Should().Throw<LabException>().WithMessage("samples of a-lab-1 stand in the lab*lab resume a-lab-1");
    }

    [Fact]
    public void Faults_break_no_promise_in_the_furnace_room()
    {
        var setup = new EpisodeSetup(Plans(trials: 2), new ConfigurationBuilder().AddJsonFile(Lab).Build());
        var run = new ChaosRun(setup, threads: 1);
        run.Calm(1);

        for (var seed = 1; seed <= 6; seed++)
        {
            var end = Episode.Run(setup, seed, run.Draw!.Draw(seed));
            end.Violations.Should().BeEmpty($"seed {seed}");
            end.FirstFromOutside.Should().BeNull($"seed {seed}");
        }
    }

    private (ImmutableArray<CampaignState> States, IReadOnlyList<Effect> Effects, string Hash) Run(string name)
    {
        var folder = Path.Combine(_folder, name);
        var configuration = new ConfigurationBuilder().AddJsonFile(Lab).AddInMemoryCollection([new("Lab:DataDirectory", folder), new("Simulation:Seed", "3")]).Build();
        using var lab = VirtualLaboratory.Of(configuration);
        return (lab.Run(Plans(trials: 4)), EffectLedger.ReadAll(Path.Combine(folder, "devices")), lab.Laboratory.Ledger.Head);
    }

    /// <summary>Three targets side by side.</summary>
    private static ImmutableArray<CampaignPlan> Plans(int trials) =>
        [.. Enumerable.Range(1, 3).Select(target => CampaignFile.Load(Repository.At("campaigns", "a-lab.yaml"), new Dictionary<string, string> { ["target"] = $"{target}" }).With(trials: trials))];
}
