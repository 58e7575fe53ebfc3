using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Simulators.Faults;
using LabAutomation.Simulators.Time;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Campaigns;

/// <summary>An arm that was halted with a crucible in its gripper, in the lab of campaigns/a-lab.lab.json, and the person who takes it out.</summary>
public sealed class TakenByHandTests : IDisposable
{
    private static readonly PersonsClear Looked = new("ada", "looked at it");

    private readonly string _folder = Directory.CreateTempSubdirectory("taken-").FullName;
    private readonly VirtualTime _time = new(VirtualLaboratory.Beginning);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_crucible_that_a_halted_arm_holds_is_in_everybodys_way_until_a_hand_takes_it_and_says_so()
    {
        var plan = CampaignFile.Load(Repository.At("campaigns", "a-lab.yaml")).With(planner: "sobol", trials: 2);
        var halted = Run(async lab =>
        {
            await lab.CheckAsync(plan, CancellationToken.None);
            var id = lab.Begin(plan);
            ITimer? halt = null;
            lab.CampaignChanged += state => halt ??= state.UnderWay.Any(trial => trial.Actions.Values.Any(action => action is { IsOpen: true, Intent.Index: ActionPlace.Carry }))
                ? _time.CreateTimer(_ => lab.Halt("somebody cried"), null, TimeSpan.FromSeconds(25), Timeout.InfiniteTimeSpan) : null;
            return await lab.RunAsync(id, CancellationToken.None);
        });
        (halted.Phase, halted.PauseReason).Should().Be((CampaignPhase.Paused, "the lab is in its safe mode: somebody cried"));

        var inVain = Run(async lab =>
        {
            lab.Floor!.IsHeld("arm").Should().BeTrue();
            lab.Floor.HeldFrom("arm").Should().NotBeNull();
            lab.Invoking(one => one.RequireAll(["another-1"])).Should().Throw<LabException>().WithMessage($"samples of {halted.Id} stand in the lab*: lab resume {halted.Id}");
            lab.Invoking(one => one.RequireAll([halted.Id])).Should().NotThrow();
            await lab.CheckAsync(plan, CancellationToken.None, Looked);
            lab.Resume(CampaignRecord.Find(lab.Ledger, null));
            return await lab.RunAsync(halted.Id, CancellationToken.None);
        });
        (inVain.Phase, inVain.PauseReason).Should().Match<(CampaignPhase Phase, string? Reason)>(rest => rest.Phase == CampaignPhase.Paused && rest.Reason!.Contains("the gripper holds a crucible"));

        var ended = Run(async lab =>
        {
            var state = CampaignRecord.Find(lab.Ledger, null);
            lab.Invoking(one => one.TakenFrom([state], "doser", null, "ada", "?")).Should().Throw<LabException>().WithMessage("'doser' carries no samples; arm does");
            var taken = lab.TakenFrom([state], "arm", null, "ada", "it hung there").Taken;
            lab.Floor!.EmptyGripper("arm");
            await lab.CheckAsync(plan, CancellationToken.None, Looked);
            lab.Resume(state, taken: [taken]);
            return await lab.RunAsync(halted.Id, CancellationToken.None);
        });

        ended.Phase.Should().Be(CampaignPhase.Ended);
        ended.Trials.Select(trial => trial.Outcome).Should().SatisfyRespectively(
            lost => lost.Should().Be(new TrialOutcome.Abandoned("its sample is lost: ada took it by hand from arm: it hung there")),
            measured => measured.Should().BeOfType<TrialOutcome.Measured>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_person_of_an_episode_takes_out_what_an_arm_that_lost_its_broker_has_in_its_gripper(int seed)
    {
        var setup = new EpisodeSetup(CampaignFile.Load(Repository.At("campaigns", "a-lab.yaml")).With(planner: "sobol", trials: 2), new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", "a-lab.lab.json")).Build());

        var end = Episode.Run(setup, seed, [new Fault(FaultKind.Partition, TimeSpan.FromSeconds(310)) { On = "arm", For = TimeSpan.FromMinutes(2) }]);

        end.NeverHappened.Should().BeEmpty();
        end.Violations.Should().BeEmpty();
        end.State!.Trials.Should().ContainSingle(trial => trial.Taken != null).Which.Outcome.Should().BeOfType<TrialOutcome.Abandoned>();
    }

    /// <summary>One life of the lab's program.</summary>
    private CampaignState Run(Func<Laboratory, Task<CampaignState>> work)
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", "a-lab.lab.json")).AddInMemoryCollection([new("Lab:DataDirectory", _folder), new("Simulation:Seed", "3")]).Build();
        using var lab = VirtualLaboratory.Of(configuration, null, _time, null);
        return lab.Run(work);
    }
}
