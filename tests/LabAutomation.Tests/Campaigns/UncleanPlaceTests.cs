using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Time;
using LabAutomation.Testing;
using LabAutomation.Tests.Scheduling;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Campaigns;

/// <summary>An emptying of which nobody will know any more whether it happened, and the place that nobody else gets before somebody has cleaned up.</summary>
public sealed class UncleanPlaceTests : IDisposable
{
    private static readonly CampaignPlan Plan = SharedCells.ColourMatch(2, 1);
    private static readonly LabStations Cells = new([.. Plan.Instruments.Where(role => role != "spectrometer").Select(role => new PlacedInstrument($"{role}-a", role, "a")), new PlacedInstrument("spectrometer", "spectrometer", null)]);
    private static readonly DateTimeOffset Start = VirtualLaboratory.Beginning;

    private readonly string _folder = Directory.CreateTempSubdirectory("unclean-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_trial_keeps_its_station_and_its_campaign_rests_until_somebody_says_that_it_is_clean()
    {
        var state = State(GivenUp("match-1"));

        Reason(state).Should().Be("nobody knows whether 'withdraw' of pump-waste-a has cleaned up after trial 1, and nothing is made at station a before somebody has cleaned up by hand, such as by emptying its vessel, and says so: lab resume match-1 --cleaned match-1/1 --by NAME");
        state = state.Apply(new CampaignPaused("as above"), Start);
        Place(state).Should().Be(LabPositions.Vessel("a"));

        state = state.Apply(new CampaignResumed("lab resume"), Start);
        Reason(state).Should().NotBeNull("nobody has said so");

        state = state.Apply(new PlaceCleaned(1, "ada"), Start);
        Reason(state).Should().BeNull();
        Next(state).Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<TrialAbandoned>();
        Place(state).Should().BeNull();
    }

    [Fact]
    public void What_is_given_up_after_it_was_cleaned_is_not_meant()
    {
        var state = State([.. GivenUp("match-1"), new PlaceCleaned(1, "ada")]);

        Reason(state.Apply(new OutcomeGivenUp(Drain("match-1").Action, "ada", "again"), Start)).Should().NotBeNull();
    }

    [Fact]
    public void An_abort_leaves_everything_as_it_is() =>
        Next(State([.. GivenUp("match-1"), new AbortRequested("enough")])).Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<TrialAbandoned>();

    [Fact]
    public void Nobody_else_begins_in_the_lab_before_and_the_campaign_goes_on_after_that()
    {
        var end = Run(async lab =>
        {
            await lab.CheckAsync(Plan, CancellationToken.None);
            var id = lab.Begin(Plan);
            lab.Ledger.Append(id, GivenUp(id).SkipLast(1).ToArray());
            var unknown = CampaignRecord.Find(lab.Ledger, id);
            FluentActions.Invoking(() => Laboratory.CleanedBy([unknown], $"{id}/1", "ada", givesUp: false)).Should().Throw<LabException>()
                .WithMessage($"nothing that was to clean up after a trial under way of '{id}' was given up, so nobody need clean up by hand; --give-up WHY gives up what nobody knows");
            Laboratory.CleanedBy([unknown], $"{id}/1", "ada", givesUp: true).Should().Be((id, new PlaceCleaned(1, "ada")));
            lab.Invoking(one => one.RequireAll(["another-1"])).Should().NotThrow();

            lab.Ledger.Append(id, [GivenUp(id)[^1]]);
            lab.Invoking(one => one.RequireAll(["another-1"])).Should().Throw<LabException>()
                .WithMessage($"nobody knows whether the lab has cleaned up after {id}/1, and others would be made there; clean up by hand, empty its vessel for instance, and say so: lab resume {id} --cleaned {id}/1 --by NAME");
            lab.Invoking(one => one.RequireAll([id])).Should().NotThrow();
            var state = CampaignRecord.Find(lab.Ledger, id);
            FluentActions.Invoking(() => Laboratory.CleanedBy([state], $"{id}/2", "ada", givesUp: false)).Should().Throw<LabException>().WithMessage($"nothing that was to clean up after '{id}/2' was given up; it was after {id}/1");

            lab.BenchAt(null)!.Empty();
            lab.Resume(state, cleaned: [Laboratory.CleanedBy([state], $"{id}/1", "ada", givesUp: false).Cleaned]);
            lab.Invoking(one => one.RequireAll(["another-1"])).Should().NotThrow();
            return await lab.RunAsync(id, CancellationToken.None);
        });

        end.Phase.Should().Be(CampaignPhase.Ended);
        end.Trials.Select(trial => trial.Outcome).Should().SatisfyRespectively(first => first.Should().BeOfType<TrialOutcome.Abandoned>(), second => second.Should().BeOfType<TrialOutcome.Measured>());
    }

    /// <summary>A trial of which only the emptying was asked for.</summary>
    private static LabEvent[] GivenUp(string campaign)
    {
        var drain = Drain(campaign);
        var unknown = new ResultFrame(drain.Action, ActionStatus.UnknownOutcome, CauseCode.LinkLost, "it was deaf", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], Start, Start, 1);
        TrialValue half = TrialValue.Of(Quantity.Of(0.5, "mL"));
        return
        [
            new TrialProposed(1, new TrialValues([new("cyan", half), new("magenta", half), new("yellow", half)]), null, null, null, "test", Station: campaign == "match-1" ? "a" : null),
            drain, new ActionEnded(drain.Action, 1, "drain", 0, unknown), new OutcomeGivenUp(drain.Action, "ada", "nobody can tell"),
        ];
    }

    private static ActionIntended Drain(string campaign) => new(
        ActionId.Derive(campaign, 1, "drain", 0, 1), 1, "drain", 0, campaign == "match-1" ? "pump-waste-a" : "pump-waste", "withdraw",
        ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(3, "mL")).Add("rate", Quantity.Of(20, "mL/min")), Start.AddHours(1));

    private static CampaignState State(params LabEvent[] happened) => happened.Aggregate(
        new CampaignState("match-1", Plan, new CampaignStarted("match.yaml", Plan.Text, "", 1, "sobol", 2, "bench", ImmutableSortedDictionary<string, string>.Empty), Start), (state, one) => state.Apply(one, Start));

    private static NextStep? Next(CampaignState state) => state.Outstanding(Start, Cells.For(Plan)).FirstOrDefault();

    private static string? Reason(CampaignState state) => Next(state) is NextStep.Record { Event: CampaignPaused paused } ? paused.Reason : null;

    private static string? Place(CampaignState state) => new TrialTasks(Cells.For(Plan)).Of(state, state.Outstanding(Start, Cells.For(Plan)), []).FirstOrDefault()?.Sample.Location;

    private CampaignState Run(Func<Laboratory, Task<CampaignState>> work)
    {
        using var lab = VirtualLaboratory.Of(new ConfigurationBuilder().AddInMemoryCollection([.. ColourBenchConfiguration.Keys, new("Lab:DataDirectory", _folder), new("Simulation:Seed", "3")]).Build(), null, new VirtualTime(Start), null);
        return lab.Run(work);
    }
}
