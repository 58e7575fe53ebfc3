using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using LabAutomation.Tests.Chaos;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Queue;

/// <summary>A campaign that is added to a lab that is about to end, in virtual time.</summary>
public sealed class AddedCampaignTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("added-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void One_that_comes_while_the_last_one_ends_is_refused_and_not_begun_where_nobody_runs_it()
    {
        var setup = ChaosBench.Setup(trials: 1);
        var plan = setup.Plans[0];
        using var lab = VirtualLaboratory.Of(new ConfigurationBuilder().AddConfiguration(setup.Configuration).AddInMemoryCollection([new("Lab:DataDirectory", _folder)]).Build());

        var (states, reply) = lab.Run(async laboratory =>
        {
            await laboratory.CheckAsync(plan, CancellationToken.None);
            var id = laboratory.Begin(plan);
            Task<QueueReply>? adding = null;
            laboratory.CampaignChanged += state =>
            {
                if (state.Phase == CampaignPhase.Ended) adding ??= laboratory.QueueAsync(new QueueOrder(QueueOrder.Add, plan.File, "ada", "operator", "one more", Text: plan.Text), CancellationToken.None);
            };
            var ended = await laboratory.RunAsync([id], CancellationToken.None);
            return (ended, await adding!);
        });

        states.Should().ContainSingle();
        reply.Should().Be(new QueueReply(false, "no campaign runs here that another could run beside"));
        lab.Laboratory.Ledger.Campaigns().Should().ContainSingle();
    }

    [Fact]
    public void A_campaign_is_whose_who_began_it_and_the_scheduler_is_told()
    {
        var setup = ChaosBench.Setup(trials: 2);
        var plan = setup.Plans[0];
        using var lab = VirtualLaboratory.Of(new ConfigurationBuilder().AddConfiguration(setup.Configuration).AddInMemoryCollection([new("Lab:DataDirectory", _folder)]).Build());

        var (states, reply) = lab.Run(async laboratory =>
        {
            Task<QueueReply>? adding = null;
            await laboratory.CheckAsync(plan, CancellationToken.None);
            string[] ids = [laboratory.Begin(plan, "ada"), laboratory.Begin(plan)];
            laboratory.CampaignChanged += state =>
                adding ??= state.Trials.IsEmpty ? null : laboratory.QueueAsync(new QueueOrder(QueueOrder.Add, plan.File, "bob", "operator", "beside", Text: plan.Text.Replace("trials: 40", "trials: 1", StringComparison.Ordinal)), CancellationToken.None);
            var ended = await laboratory.RunAsync(ids, CancellationToken.None);
            return (ended, await adding!);
        });

        reply.Done.Should().BeTrue(reply.Words);
        states.Select(state => state.Started.Owner).Should().Equal("ada", null, "bob");
        var started = states[2] with { Phase = CampaignPhase.Running, Trials = [], End = null };
        started = started.Apply(new TrialProposed(1, states[2].Trials[0].Values, null, null, null, "test"), started.LastAt);
        var places = lab.Laboratory.Stations.For(plan);
        new TrialTasks(places).Of(started, started.Outstanding(started.LastAt, places), []).Should().ContainSingle().Which.Job.Principal.Should().Be("bob");
    }

    [Fact]
    public void Neither_more_campaigns_nor_more_trials_lead_out_of_the_envelope()
    {
        var setup = ChaosBench.Setup(trials: 2);
        var plan = setup.Plans[0];
        using var lab = VirtualLaboratory.Of(new ConfigurationBuilder().AddConfiguration(setup.Configuration).AddInMemoryCollection([new("Lab:DataDirectory", _folder), new("Policy:Envelope:Stock:pump-cyan", "1.6")]).Build());
        List<Task<QueueReply>> asked = [];

        var states = lab.Run(async laboratory =>
        {
            await laboratory.CheckAsync(plan, CancellationToken.None);
            laboratory.RequireAllowed(plan, "ada");
            var id = laboratory.Begin(plan);
            laboratory.CampaignChanged += state =>
            {
                if (asked.Count > 0 || state.Trials.IsEmpty) return;
                asked.Add(laboratory.QueueAsync(new QueueOrder(QueueOrder.Add, plan.File, "ada", "operator", "one more", Text: plan.Text), CancellationToken.None));
                asked.Add(laboratory.QueueAsync(new QueueOrder(QueueOrder.Edit, id, "ada", "operator", "more", Trials: 3), CancellationToken.None));
                asked.Add(laboratory.QueueAsync(new QueueOrder(QueueOrder.Edit, id, "ada", "operator", "as many", Trials: 2), CancellationToken.None));
            };
            return await laboratory.RunAsync([id], CancellationToken.None);
        });

        asked.Select(one => one.Result.Words).Should().SatisfyRespectively(
            add => add.Should().StartWith("outside the envelope: pump-cyan would move up to "),
            more => more.Should().Be("outside the envelope: pump-cyan would move up to 2.4 mL; its stock is 1.6 mL"),
            same => same.Should().EndWith("at most 2 trials"));
        states.Should().ContainSingle().Which.Trials.Should().HaveCount(2);
        lab.Laboratory.Ledger.Campaigns().Should().ContainSingle();
        lab.Laboratory.Ledger.Events<QueueRefused>().Select(refused => refused.What).Should().Equal("edit", "add");
    }
}
