using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.SystemTests.Lab;

/// <summary><c>lab reconcile</c> on a record whose campaign was aborted while nobody knew what had become of a dose.</summary>
[Trait("Length", "long")]
public sealed class ReconcileTests
{
    private const string Campaign = "colour-match-1";

    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("did-not-happen")]
    [InlineData("unknowable")]
    [InlineData("happened", true)]
    public async Task An_unknown_action_of_a_campaign_that_has_ended_is_listed_until_a_person_has_told(string finding, bool isJournalLost = false)
    {
        using var folder = new TemporaryFolder();
        var action = Record(folder);
        foreach (var file in isJournalLost ? Directory.GetFiles(folder.At(".lab"), "journal.db*") : []) File.Delete(file);

        var listed = await LabProcess.RunAsync(folder.Path, "reconcile");
        listed.Out.Should().StartWith($"{action}  pump-cyan dispense, {Campaign}, trial 1: the pump was gone");
        var told = await LabProcess.RunAsync(folder.Path, "reconcile", action.ToString(), "--finding", finding, "--by", "M. Curie", "--why", "the flask is empty");

        (told.ExitCode, told.Error).Should().Be((0, ""), told.Out);
        told.Out.Trim().Should().Be($"pump-cyan: 'dispense' is on record as {finding.Replace('-', ' ')}; its trial had ended");
        (await LabProcess.RunAsync(folder.Path, "reconcile")).Out.Trim().Should().Be("the outcome of every action is known");
        (await LabProcess.RunAsync(folder.Path, "verify")).ExitCode.Should().Be(0);
    }

    /// <summary>As a lab leaves it that was killed in mid-dose, resumed with another syringe, and aborted.</summary>
    private static ActionId Record(TemporaryFolder folder)
    {
        var action = ActionId.Derive(Campaign, 1, "dose", 0, 1);
        var arguments = ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(0.4, "mL")).Add("rate", Quantity.Of(6, "mL/min"));
        var result = new ResultFrame(action, ActionStatus.UnknownOutcome, CauseCode.LinkLost, "the pump was gone", false, ImmutableSortedDictionary<string, Quantity>.Empty, [], At, At, 1);
        Directory.CreateDirectory(folder.At(".lab"));
        using (var ledger = Ledger.Open(folder.At(".lab", "ledger.db"), TimeProvider.System))
        {
            var text = File.ReadAllText(LabProcess.ColourMatch);
            var plan = CampaignFile.Parse(text, "colour-match.yaml");
            ledger.Append(Campaign,
            [
                new CampaignStarted("colour-match.yaml", text, plan.Sha256, 1, "sobol", 3, "bench-1", ImmutableSortedDictionary<string, string>.Empty),
                new TrialProposed(1, new TrialValues([]), null, null, null, "first"),
                new ActionIntended(action, 1, "dose", 0, "pump-cyan", "dispense", arguments, At.AddHours(1)),
                new ActionEnded(action, 1, "dose", 0, result),
                new AbortRequested("Ctrl-C"),
                new TrialAbandoned(1, "the campaign was aborted"),
                new CampaignEnded(CampaignEnd.Aborted, "aborted", null),
            ]);
        }

        using var journal = new Journal(folder.At(".lab", "journal.db"));
        var pump = journal.Open("pump-cyan", DateTimeOffset.UnixEpoch);
        pump.Answer(action, "dispense", new CommandFrame(arguments, At.AddHours(1)), new ReplyFrame(action, ActionStatus.Accepted, CauseCode.Success, "", At));
        pump.Start(action, At);
        pump.Mark(action, new ActionMark("run", "0", At));
        pump.End(result, ImmutableSortedDictionary<string, byte[]>.Empty, 0);
        return action;
    }
}
