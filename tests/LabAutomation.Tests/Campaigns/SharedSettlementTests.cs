using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using LabAutomation.Testing;
using LabAutomation.Tests.Records;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Campaigns;

/// <summary>An action of unknown outcome that served trials of two campaigns, and whoever finds out about it once.</summary>
public sealed class SharedSettlementTests : IDisposable
{
    private static readonly ActionId Shared = ActionId.Derive("match-1", 1, "mix", 0, 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("shared-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Finding.Happened, ActionStatus.Succeeded)]
    [InlineData(Finding.DidNotHappen, ActionStatus.Failed)]
    [InlineData(Finding.Unknowable, ActionStatus.Failed)]
    public void A_finding_is_recorded_for_every_trial_that_it_served_and_that_has_ended(Finding finding, ActionStatus status)
    {
        var states = Run(lab =>
        {
            Happens(lab, "match-1", isOver: true);
            Happens(lab, "other-1", isOver: true);
            lab.Settle(new ReconcileFrame(Shared, finding, "Ada", "looked", lab.Clock.GetUtcNow())).Should().BeEmpty("no campaign goes on with it");
        });

        states.Should().OnlyContain(state => !state.Unknown.Any());
        states.Select(state => state.Trials[0].Actions.Values.Single().Result!.Status).Should().Equal(status, status);
    }

    [Fact]
    public void Of_a_trial_under_way_the_instrument_tells_its_campaign()
    {
        var states = Run(lab =>
        {
            Happens(lab, "match-1", isOver: true);
            Happens(lab, "other-1", isOver: false);
            lab.Settle(new ReconcileFrame(Shared, Finding.Happened, "Ada", "looked", lab.Clock.GetUtcNow())).Should().Equal("other-1");
        });

        states.Select(state => state.Unknown.Any()).Should().Equal(false, true);
    }

    [Theory]
    [InlineData(Finding.Happened, ActionStatus.Succeeded)]
    [InlineData(Finding.DidNotHappen, ActionStatus.Failed)]
    [InlineData(Finding.Unknowable, ActionStatus.UnknownOutcome)]
    public void Where_the_instrument_knows_nothing_of_it_the_record_alone_tells_a_trial_under_way(Finding finding, ActionStatus status)
    {
        var states = Run(lab =>
        {
            Happens(lab, "match-1", isOver: false);
            lab.Settle(new ReconcileFrame(Shared, finding, "Ada", "looked", lab.Clock.GetUtcNow()), isLost: true).Should().Equal("match-1");
            Happens(lab, "other-1", isOver: true);
        });

        states[0].Trials[0].Actions.Values.Single().Result!.Status.Should().Be(status);
    }

    [Fact]
    public void What_is_given_up_for_one_campaign_is_given_up_for_all_that_shared_it()
    {
        var states = Run(lab =>
        {
            Happens(lab, "match-1", isOver: false);
            Happens(lab, "other-1", isOver: false);
            lab.Resume(CampaignRecord.Find(lab.Ledger, "match-1"), [Shared], "nobody can tell");
        });

        states.Should().OnlyContain(state => !state.Unknown.Any());
        states.Select(state => state.Trials[0].Actions.Values.Single().GivenUp).Should().Equal(true, true);
        states.Select(state => state.Phase).Should().Equal(CampaignPhase.Running, CampaignPhase.Paused);
    }

    private static void Happens(Laboratory lab, string campaign, bool isOver)
    {
        var record = new RecordMaker(campaign).Proposed(0, 1);
        var intent = new ActionIntended(Shared, 1, "mix", 0, "stirrer", "stir", ImmutableSortedDictionary<string, Quantity>.Empty, RecordMaker.Start, Shared: 2);
        var now = lab.Clock.GetUtcNow();
        var ended = new ActionEnded(Shared, 1, "mix", 0, new ResultFrame(Shared, ActionStatus.UnknownOutcome, CauseCode.LinkLost, "the link was lost", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], now, now, 1));
        lab.Ledger.Append(campaign, [.. record.Entries.Select(entry => entry.Event), intent, ended, isOver ? new TrialAbandoned(1, "aborted") : new CampaignPaused("nobody knows")]);
    }

    private CampaignState[] Run(Action<Laboratory> work)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([.. ColourBenchConfiguration.Keys, new("Lab:DataDirectory", _folder), new("Simulation:Seed", "3")]).Build();
        using var lab = VirtualLaboratory.Of(configuration);
        return lab.Run(laboratory =>
        {
            work(laboratory);
            return Task.FromResult(new[] { CampaignRecord.Find(laboratory.Ledger, "match-1"), CampaignRecord.Find(laboratory.Ledger, "other-1") });
        });
    }
}
