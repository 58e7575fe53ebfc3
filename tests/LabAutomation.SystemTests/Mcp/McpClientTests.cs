using System.Globalization;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.SystemTests.StandIns.MQTTnet;

namespace LabAutomation.SystemTests.Mcp;

/// <summary><c>lab mcp</c> with the MCP client of the TypeScript SDK.</summary>
public sealed class McpClientTests
{
    private static readonly Dictionary<string, string?> Nothing = [];

    private static readonly string[] Talked = ["connected", "tools", "record", "campaigns", "refused", "resources", "closed"];

    private static readonly int Calls = int.TryParse(Environment.GetEnvironmentVariable("HOSTILE_CALLS"), out var calls) ? calls : 400;

    [SkippableFact]
    public async Task Over_standard_input_and_output_a_client_reads_the_record_and_forecasts_campaigns_and_nothing_acts()
    {
        using var stage = new McpStage();
        await stage.RunCampaignAsync();
        using var client = stage.OverStreams("talk.mjs", Nothing);

        await client.FeedAsync([Reasoning.Scripts.Campaign], ending: "");

        (await client.LinesAsync()).Should().Equal(Talked);
        AssertTalked(stage, "stdio");
    }

    [SkippableFact]
    public async Task Over_HTTP_a_client_with_the_token_has_the_same_and_one_without_it_has_nothing()
    {
        using var stage = new McpStage();
        await stage.RunCampaignAsync();
        using var server = await McpOverHttp.StartAsync(stage.Lab);

        foreach (var token in new[] { null, "", McpStage.Token[1..], McpStage.Token + "0", McpStage.Token.ToUpperInvariant() })
        {
            using var stranger = stage.OverHttp("talk.mjs", Nothing, server.Address, token);
            await stranger.FeedAsync([Reasoning.Scripts.Campaign], ending: "");
            var (code, output) = await stranger.EndAsync();
            (code, output).Should().Match<(int Code, string Output)>(end => end.Code != 0 && end.Output.Contains("show the token in the header"), output);
        }

        stage.Recorded<ToolCalled>().Should().BeEmpty();
        using var client = stage.OverHttp("talk.mjs", Nothing, server.Address, McpStage.Token);
        await client.FeedAsync([Reasoning.Scripts.Campaign], ending: "");
        (await client.LinesAsync()).Should().Equal(Talked);
        var end = await server.StopAsync();

        AssertTalked(stage, "http");
        end.ExitCode.Should().Be(0, end.Error);
        end.Error.Should().Contain("a request was refused, of 127.0.0.1: it was without the token");
        (end.Out + end.Error).Should().NotContain(McpStage.Token);
        foreach (var written in Directory.EnumerateFiles(stage.Lab.Data, "*", SearchOption.AllDirectories))
            (await File.ReadAllBytesAsync(written)).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(McpStage.Token)).Should().Be(-1, written);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_act_a_campaign_runs_once_when_a_person_has_approved_it(bool isHttp)
    {
        using var stage = new McpStage();
        var environment = new Dictionary<string, string?> { ["CAMPAIGN"] = stage.Lab.Folder.Write("campaign.yaml", Reasoning.Scripts.Campaign) };
        string[] options = ["--act", "--set", "Policy:Client:Tier=run-inside-envelope", "--set", "Policy:Approval:OtherPerson=true"];
        using var server = isHttp ? await McpOverHttp.StartAsync(stage.Lab, options) : null;
        using var client = server is null ? stage.OverStreams("act.mjs", environment, options) : stage.OverHttp("act.mjs", environment, server.Address, McpStage.Token);

        (await client.ReadAsync()).Should().Be("asked");
        File.Exists(Path.Combine(stage.Lab.Data, "ledger.db")).Should().BeFalse("nothing has run");
        (await stage.Lab.RunAsync("approvals", "--show", "1")).Out.Should().Contain("asked by the client for ada in mcp-1").And.Contain("rests on text from outside").And.Contain("reasons of the client:\ncyan and yellow make green");
        (await stage.Lab.RunAsync("approve", "1", "--by", "ada", "--set", "Policy:Approval:OtherPerson=true")).ExitCode.Should().Be(21);
        (await stage.Lab.RunAsync("approve", "1", "--by", "grace")).ExitCode.Should().Be(0);
        await client.TellAsync("approved");

        (await client.LinesAsync()).Should().Equal("runs", "ended");
        if (server is not null) (await server.StopAsync()).Error.Should().Contain("campaign quick-match-1 begins for ada, approved by grace").And.Contain("campaign quick-match-1: goal reached; report: ");
        using var ledger = Ledger.OpenForReading(Path.Combine(stage.Lab.Data, "ledger.db"));
        ledger.Campaigns().Should().Equal("quick-match-1");
        ledger.Read().Select(entry => entry.Event).OfType<CampaignAuthorised>().Should().Equal(new CampaignAuthorised("client", "ada", "mcp-1", 1, "grace"));
        CampaignState.Replay(ledger.Read("quick-match-1")).End!.End.Should().Be(CampaignEnd.GoalReached);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_tries_everything_has_no_effect_and_all_of_it_is_on_record(bool isHttp)
    {
        using var stage = new McpStage();
        await stage.RunCampaignAsync();
        var before = Head(stage);
        var environment = new Dictionary<string, string?> { ["HOSTILE_CALLS"] = Calls.ToString(CultureInfo.InvariantCulture), ["HOSTILE_SEED"] = isHttp ? "2" : "1", ["CAMPAIGN"] = Reasoning.Scripts.Campaign };
        string[] options = ["--act", "--set", "Policy:Client:Tier=run-inside-envelope", "--set", "Policy:Client:Calls=100000"];
        using var server = isHttp ? await McpOverHttp.StartAsync(stage.Lab, options) : null;
        using var client = server is null ? stage.OverStreams("hostile.mjs", environment, options) : stage.OverHttp("hostile.mjs", environment, server.Address, McpStage.Token);

        var told = JsonDocument.Parse((await client.LinesAsync()).Should().ContainSingle().Which).RootElement;

        (told.GetProperty("sent").GetInt32(), told.GetProperty("answered").GetInt32()).Should().Be((Calls, Calls));
        told.GetProperty("allowed").GetInt32().Should().BeGreaterThan(Calls / 20, "a client that gets nothing shows nothing");
        if (server is not null) (await server.StopAsync()).Should().Match<Lab.LabResult>(end => end.ExitCode == 0 && !end.Error.Contains("   at ") && !end.Error.Contains("defect"));
        var (calls, answers) = (stage.Recorded<ToolCalled>(), stage.Recorded<ToolAnswered>());
        var counted = stage.Recorded<CallsDenied>().Sum(denied => denied.Count);
        (calls.Count + counted, answers.Count + counted).Should().Be((Calls, Calls));
        calls.Where(call => call.Tool == "run_campaign").Should().NotBeEmpty().And.OnlyContain(call => call.Verdict != VerdictWord.Allowed);
        calls.Should().OnlyContain(call => call.Agent == "client" && call.Label == Label.Untrusted);
        stage.Recorded<ClientConnected>().Select(one => (one.Client, one.Name[..Math.Min(9, one.Name.Length)], one.Transport)).Should().BeEquivalentTo(
            isHttp ? new[] { (1, "hostile", "http"), (2, "planner", "http"), (3, "xxxxxxxxx", "http") } : [(1, "hostile", "stdio")], options => options.Excluding(one => one.Item1));
        stage.Lab.Approvals().Should().NotBeEmpty().And.OnlyContain(state => state.Given == null && state.Used == null);
        Head(stage).Should().Be(before, "nothing was added to the lab's record");
        (await stage.Lab.RunAsync("verify")).ExitCode.Should().Be(0);
    }

    private static string Head(McpStage stage)
    {
        using var ledger = Ledger.OpenForReading(Path.Combine(stage.Lab.Data, "ledger.db"));
        return ledger.Head;
    }

    private static void AssertTalked(McpStage stage, string transport)
    {
        stage.Recorded<ConversationBegun>().Should().ContainSingle().Which.Should().Match<ConversationBegun>(begun => begun.Kind == "mcp" && begun.Person == "ada");
        stage.Recorded<ClientConnected>().Should().Equal(new ClientConnected(1, "talk", "1.2.3", transport));
        var calls = stage.Recorded<ToolCalled>();
        calls.Should().OnlyContain(call => call.Agent == "client" && call.Call.StartsWith("client-1-"));
        calls.Where(call => call.Verdict == VerdictWord.Denied).Select(call => call.Tool).Should().Contain(["rm_rf", "run_campaign", "propose_campaign", "read_document", "resources/read"]);
        stage.Recorded<DraftWritten>().Should().BeEmpty();
        stage.Lab.Approvals().Should().BeEmpty();
        stage.Lab.Record()[^1].Event.Should().BeOfType<ConversationEnded>();
    }
}
