using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Akka.Actor;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Lab.Commands;
using LabAutomation.Lab.Reasoning;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.StandIns.SemanticKernel;
using Microsoft.Extensions.Configuration;
using LabSettings = LabAutomation.Lab.Commands.Settings;

namespace LabAutomation.SystemTests.Reasoning;

/// <summary>What was said over HTTP is said again from the record, by agents whose models are the record.</summary>
public sealed partial class ReplayTests
{
    [Fact]
    public async Task A_plan_that_was_made_with_models_comes_out_the_same_without_them()
    {
        await using var endpoint = new Endpoint(
            Scripts.Calls("list_instruments", new { }), Scripts.Calls("no_such_tool", new { a = 1 }), Scripts.Proposes(Scripts.Campaign), Reply.Says("Draft 1 finds a green."),
            Scripts.ObjectsTo(1, "four trials are few"), Reply.Says("I object."),
            Scripts.Proposes(Scripts.Campaign.Replace("trials: 4", "trials: 5")), Reply.Says("More trials."),
            Scripts.Accepts(2), Reply.Says("Fine."));
        using var lab = new TalkingLab(endpoint);
        (await lab.PlanAsync("find a green")).ExitCode.Should().Be(0);
        var first = lab.Record();

        var again = await ReplayAsync(first, lab.Folder.At("again"), endpoint.Address);

        endpoint.Requests.Should().HaveCount(10);
        again.Select(Timeless).Should().Equal(first.SkipLast(1).Select(Timeless), "all but the end, which the program writes");
    }

    [Fact]
    public async Task The_program_goes_through_a_conversation_though_the_labs_record_has_grown_since()
    {
        await using var endpoint = new Endpoint(
            Scripts.Calls("read_trials", new { campaign = "quick-match-1" }), new Reply { Hangs = true },
            Scripts.Calls("run_campaign", new { draft = 1 }), Reply.Says("I may not run it.\u001b[mJ"));
        using var lab = new TalkingLab(endpoint, "Reasoning:Silence=2") { Input = "how good did it get?\nrun it again\n" };
        lab.Folder.Write("campaign.yaml", Scripts.Campaign);
        await lab.RunAsync("run", lab.File);
        await lab.RunAsync("ask", "--by", "ada");
        await lab.RunAsync("run", lab.File);
        var asked = endpoint.Requests.Count;

        var told = await lab.RunAsync("replay", "ask-1");
        var list = await lab.RunAsync("replay");
        var json = JsonDocument.Parse((await lab.RunAsync("replay", "ask-1", "--json")).Out).RootElement;

        (told.ExitCode, told.Error, endpoint.Requests.Count).Should().Be((0, "", asked));
        told.Out.Should().Contain("ask-1 begins for ada").And.Contain("person to analyst:\n    how good did it get?").And.Contain("analyst calls read_trials: allowed").And.Contain("campaign: quick-match-1").And.Contain("colour_difference")
            .And.Contain("the model of the analyst failed: ").And.Contain("analyst calls run_campaign: denied: the analyst may not call").And.Contain("I may not run it.").And.NotContain("\u001b").And.Contain("replayed: 4 requests to models follow from what is on record, to the letter");
        (await lab.RunAsync("list")).Out.Should().MatchRegex(@"wall clock (.|\n)*quick-match-2 +\d{4}-\d\d-\d\d \d\d:\d\d +\d{4}-\d\d-\d\d \d\d:\d\d +1/4", "lab time has got ahead, and conversations are dated by the wall clock");
        list.Out.Should().Contain("ask-1").And.Contain("for ada  4 requests to models, 2 calls of tools, cost 0");
        (json.GetProperty("same").GetBoolean(), json.GetProperty("requests").GetInt32()).Should().Be((true, 4));
        (await lab.RunAsync("replay", "ask-7")).Should().Match<LabResult>(result => result.ExitCode == 12 && result.Error.Contains("no conversation 'ask-7' is on record"));
    }

    private static async Task<IReadOnlyList<LedgerEntry>> ReplayAsync(IReadOnlyList<LedgerEntry> record, string folder, Uri address)
    {
        Directory.CreateDirectory(folder);
        var begun = (ConversationBegun)record[0].Event;
        using var ledger = Ledger.Open(Path.Combine(folder, "reasoning.db"), TimeProvider.System, isDurable: false);
        var file = Path.Combine(LabProcess.Root, "appsettings.json");
        using var bench = new PlanBench(new CurrentSettings(file, () => new LabSettings(new ConfigurationBuilder().AddJsonFile(file).Build(), InstrumentFamilies.BuiltIn)), _ => throw new InvalidOperationException("all are simulated"));
        var (writing, policy, secrets) = (ReasoningRecord.Begin(ledger, begun), new PolicyOptions().ToPolicy().Capped(ReasoningRole.Planner.Name, Tier.Plan), new Secrets());
        var view = new LabView(() => null, () => bench.Instruments, bench.Check, bench.Simulate, (_, _) => throw new InvalidOperationException("nothing is to run"), _ => throw new InvalidOperationException("there is no report"), ImmutableDictionary<string, string>.Empty);
        var gate = new ToolGate(() => policy, LabTools.Of(writing, view, () => policy), writing, new ApprovalBook(Path.Combine(folder, "approvals.db"), TimeProvider.System), secrets, TimeProvider.System);
        var (deadlines, choice) = (new Deadlines(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)), new ModelChoice(address, "model-1", null, 0, 0));
        var models = new[] { "planner", "critic" }.ToDictionary(role => role, role => new RecordedModel(record, role));
        var accounts = models.Keys.ToDictionary(role => role, role => new Account(new Caller(begun.Person, role, writing.Conversation), TimeProvider.System));
        using var system = ActorSystem.Create("replay");
        var agents = ReasoningRole.All.Where(role => models.ContainsKey(role.Name)).ToDictionary(role => role.Name, role =>
        {
            var agent = new ReasoningAgent(role, choice, models[role.Name], gate, writing, accounts[role.Name], deadlines, secrets, TimeProvider.System);
            return system.ActorOf(Props.Create(() => new ReasoningActor(agent, view.OpenLedger, Ignore)));
        });
        var (planner, critic, account) = (agents["planner"], agents["critic"], accounts["planner"]);
        var planning = system.ActorOf(Props.Create(() => new PlanningActor(planner, critic, gate, account, deadlines, TimeProvider.System, Ignore)));

        (await planning.Ask<ReasoningMessage>(new ReasoningMessage.Plan("find a green"), TimeSpan.FromSeconds(60))).Should().BeOfType<ReasoningMessage.Planned>();

        models.Values.Should().OnlyContain(model => model.IsAtItsEnd);
        await system.Terminate();
        return ledger.Read();
    }

    private static void Ignore(ReasoningNotice notice)
    {
    }

    private static string Timeless(LedgerEntry entry) => Milliseconds().Replace(LabEvents.Write(entry.Event), "");

    [GeneratedRegex("\"milliseconds\":[^,}]*")]
    private static partial Regex Milliseconds();
}
