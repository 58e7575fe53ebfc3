using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Hosting;
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
}
