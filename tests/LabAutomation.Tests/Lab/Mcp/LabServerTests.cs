using System.Text.Json;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Lab.Mcp;
using LabAutomation.Tests.Campaigns;
using LabAutomation.Tests.Reasoning;

namespace LabAutomation.Tests.Lab.Mcp;

/// <summary>What an MCP server of the lab answers, message by message.</summary>
public sealed class LabServerTests
{
    [Fact]
    public async Task It_says_what_it_has_and_no_more()
    {
        await using var bed = new McpBed();

        var hello = (await bed.AskAsync("initialize", new { protocolVersion = "2025-06-18", capabilities = new { }, clientInfo = new { name = "test", version = "1" } })).GetProperty("result");

        hello.GetProperty("serverInfo").GetProperty("name").GetString().Should().Be("lab");
        hello.GetProperty("capabilities").EnumerateObject().Select(one => one.Name).Should().Contain(["tools", "resources"]).And.NotContain("prompts");
        hello.GetProperty("capabilities").GetProperty("resources").GetProperty("subscribe").GetBoolean().Should().BeFalse();
        hello.GetProperty("instructions").GetString().Should().Contain("untrusted");
    }

    [Fact]
    public async Task Tools_that_act_are_offered_where_the_policy_has_them_alone()
    {
        await using var reading = new McpBed();
        await using var acting = new McpBed(GateBed.Standard());
        await reading.GreetAsync();
        await acting.GreetAsync();

        var (read, all) = (await ToolsAsync(reading), await ToolsAsync(acting));

        all.Keys.Except(read.Keys).Should().BeEquivalentTo("propose_campaign", "run_campaign");
        all.Keys.Should().BeEquivalentTo(ReasoningRole.Client.Tools);
        read.Values.Should().OnlyContain(tool => tool.GetProperty("annotations").GetProperty("readOnlyHint").GetBoolean());
        all["run_campaign"].GetProperty("annotations").GetProperty("destructiveHint").GetBoolean().Should().BeTrue();
        all["run_campaign"].GetProperty("inputSchema").GetRawText().Should().Be("""{"type":"object","properties":{"draft":{"type":"integer","description":"number of a draft, as \u0027propose_campaign\u0027 gave it","minimum":0,"maximum":1000000}},"required":["draft"],"additionalProperties":false}""");
        all["read_trials"].GetProperty("inputSchema").GetProperty("required").EnumerateArray().Select(name => name.GetString()).Should().Equal("campaign");
    }

    [Fact]
    public async Task A_call_is_judged_recorded_under_the_clients_name_and_answered_with_label_and_verdict()
    {
        await using var bed = new McpBed();
        await bed.GreetAsync("my sk-0123456789 " + new string('x', 200));

        var answer = await CallAsync(bed, "list_instruments", new { });

        answer.GetProperty("isError").GetBoolean().Should().BeFalse();
        answer.GetProperty("_meta").GetRawText().Should().Be("""{"labautomation/label":"trusted","labautomation/verdict":"allowed"}""");
        bed.Recorded<ClientConnected>().Should().ContainSingle().Which.Name.Should().StartWith("my [secret] xxx").And.HaveLength(100);
        bed.Recorded<ToolCalled>().Should().ContainSingle().Which.Should().Match<ToolCalled>(call => call.Agent == "client" && call.Call == "client-1-1" && call.Label == Label.Untrusted && call.Verdict == VerdictWord.Allowed);
    }

    [Fact]
    public async Task What_is_untrusted_says_so_before_its_text()
    {
        await using var bed = new McpBed();
        await bed.GreetAsync();

        var answer = await CallAsync(bed, "read_messages", new { campaign = "none-1" });
        var wrong = await CallAsync(bed, "validate_campaign", new { text = CampaignTexts.Match.Replace("instrument: pump-cyan", "instrument: pump-cyam", StringComparison.Ordinal) });

        Texts(answer).Should().Equal("no campaign 'none-1' is on record");
        Texts(wrong).Should().HaveCount(2).And.StartWith(McpTools.Notice);
        wrong.GetProperty("_meta").GetProperty(McpTools.LabelKey).GetString().Should().Be("untrusted");
    }

    [Fact]
    public async Task Whatever_the_tier_a_client_runs_nothing_without_a_person()
    {
        await using var bed = new McpBed(GateBed.Standard() with { Roles = GateBed.Standard().Roles.SetItem("client", new RolePolicy(Tier.RunInsideEnvelope, ReasoningRole.Client.Tools, ReasoningRole.Client.Allowance)) });
        await bed.GreetAsync();
        await CallAsync(bed, "propose_campaign", new { text = CampaignTexts.Match, reasons = "as asked" });

        var answer = await CallAsync(bed, "run_campaign", new { draft = 1 });

        Texts(answer)[^1].Should().Contain("it may be derived from untrusted text. A person decides about request 1");
        answer.GetProperty("_meta").GetProperty(McpTools.ApprovalKey).GetInt32().Should().Be(1);
        bed.Bed.Begun.Should().BeEmpty();
        bed.Recorded<DraftWritten>().Should().ContainSingle().Which.Label.Should().Be(Label.Untrusted);
    }

    [Theory]
    [InlineData("lab://campaigns/@lab", "no campaign '@lab' is on record")]
    [InlineData("lab://campaigns/@lab/report", "no campaign '@lab' is on record")]
    [InlineData("lab://campaigns/match-1/trials/999", "'match-1' has no trial 999; its last is 1")]
    public async Task What_is_not_on_record_is_no_resource(string uri, string words)
    {
        using var lab = new GateBed();
        lab.RecordCampaign("match-1", CampaignTexts.Match);
        using (var ledger = Ledger.Open(lab.LabRecord, lab.Clock, isDurable: false)) ledger.Append(Ledger.OfTheLab, [new LabAutomation.Agents.Queue.QueueRefused("eve", "operator", "add", "x", "no")]);
        await using var bed = new McpBed(view: lab.View);
        await bed.GreetAsync();

        var error = (await bed.AskAsync("resources/read", new { uri })).GetProperty("error");

        (error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()).Should().Be((-32002, words));
    }

    [Theory]
    [InlineData("tools/call", """{"name":"rm_rf","arguments":{}}""", -32602, "there is no tool 'rm_rf'; the client has list_instruments")]
    [InlineData("tools/call", """{"arguments":{}}""", -32602, "the parameters of 'tools/call' are not what MCP has for it")]
    [InlineData("tools/call", """{"name":"list_campaigns","arguments":[1]}""", -32602, "the parameters of 'tools/call' are not what MCP has for it")]
    [InlineData("tools/call", """[1]""", -32602, "the parameters of 'tools/call' are not what MCP has for it")]
    [InlineData("tools/call", "null", -32602, "'tools/call' needs the parameter 'name'")]
    [InlineData("resources/read", """{"uri":"lab://approvals"}""", -32002, "there is no resource of that address; there are lab://instruments, lab://campaigns, ")]
    [InlineData("resources/read", """{"uri":7}""", -32602, "the parameters of 'resources/read'")]
    [InlineData("resources/read", """{"uri":"lab://campaigns/none-1"}""", -32002, "no campaign 'none-1' is on record")]
    [InlineData("resources/list", """{"cursor":"9"}""", -32602, "there is no page '9'")]
    [InlineData("resources/subscribe", """{"uri":"lab://campaigns"}""", -32601, "announces no changes")]
    [InlineData("tools/destroy", "{}", -32601, "tools/destroy")]
    public async Task What_is_wrong_is_told_as_MCP_has_it(string method, string parameters, int code, string words)
    {
        await using var bed = new McpBed();
        await bed.GreetAsync();

        var error = (await bed.SayAsync($$"""{"jsonrpc":"2.0","id":"a","method":"{{method}}","params":{{parameters}}}""")).GetProperty("error");

        error.GetProperty("code").GetInt32().Should().Be(code, error.GetRawText());
        error.GetProperty("message").GetString().Should().Contain(words);
        bed.Complaints.Should().BeEmpty();
        (await CallAsync(bed, "list_campaigns", new { })).GetProperty("isError").GetBoolean().Should().BeFalse("it goes on");
    }

    [Fact]
    public async Task A_tool_that_breaks_is_told_in_words()
    {
        using var bed = new GateBed();
        await using var broken = new McpBed(view: bed.View with { Instruments = () => throw new InvalidOperationException("the bench has burnt down") });
        await broken.GreetAsync();

        var answer = await CallAsync(broken, "list_instruments", new { });

        answer.GetProperty("isError").GetBoolean().Should().BeTrue();
        Texts(answer).Should().Equal(McpTools.Notice, "It did not work: the bench has burnt down");
    }

    [Fact]
    public async Task A_record_that_breaks_is_told_and_nothing_is_made_without_it()
    {
        await using var bed = new McpBed();
        await bed.GreetAsync();
        await CallAsync(bed, "list_campaigns", new { });
        bed.Outdo();

        var call = await CallAsync(bed, "list_campaigns", new { });
        var read = (await bed.AskAsync("resources/read", new { uri = "lab://campaigns" })).GetProperty("error");

        call.GetProperty("isError").GetBoolean().Should().BeTrue();
        Texts(call).Should().ContainSingle().Which.Should().Contain("Not done: it cannot be put on record").And.Contain("another program has opened");
        read.GetProperty("message").GetString().Should().Contain("the lab's record does not work: ");
        bed.Complaints.Should().HaveCount(2);
    }

    [Fact]
    public async Task Calls_beyond_the_budget_are_denied_for_all_clients_together()
    {
        var policy = GateBed.Standard();
        await using var bed = new McpBed(policy with { Roles = policy.Roles.SetItem("client", policy.Roles["client"] with { Budget = new Outlay(Calls: 2, Time: TimeSpan.FromHours(1)) }) });
        await bed.GreetAsync();

        var answers = new List<JsonElement>();
        for (var k = 0; k < 3; k++) answers.Add(await CallAsync(bed, "list_campaigns", new { }));

        answers.Select(answer => answer.GetProperty("isError").GetBoolean()).Should().Equal(false, false, true);
        Texts(answers[^1]).Should().ContainSingle().Which.Should().Contain("3 calls of tools; 2 are allowed");
    }

    [Fact]
    public async Task Campaigns_are_listed_page_by_page_the_newest_first()
    {
        await using var bed = new McpBed(campaigns: [.. Enumerable.Range(1, 120).Select(k => $"match-{k}")]);
        await bed.GreetAsync();

        var (uris, pages, cursor) = (new List<string>(), 0, (string?)null);
        do
        {
            var page = (await bed.AskAsync("resources/list", cursor is null ? new { } : new { cursor })).GetProperty("result");
            uris.AddRange(page.GetProperty("resources").EnumerateArray().Select(one => one.GetProperty("uri").GetString()!));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
            pages++;
        }
        while (cursor is not null);

        pages.Should().Be(3);
        uris.Should().HaveCount(2 + 3 * 120).And.OnlyHaveUniqueItems().And.StartWith(["lab://instruments", "lab://campaigns", "lab://campaigns/match-120"]);
        uris.Should().OnlyContain(uri => Finds(uri));
        bed.Recorded<ToolCalled>().Should().HaveCount(3).And.OnlyContain(call => call.Tool == "list_campaigns");
    }

    [Fact]
    public async Task Where_the_policy_has_no_campaigns_for_clients_their_resources_are_not_listed()
    {
        var policy = GateBed.Standard();
        await using var bed = new McpBed(policy with { Roles = policy.Roles.SetItem("client", policy.Roles["client"] with { Tools = ["list_instruments"] }) }, campaigns: ["match-1"]);
        await bed.GreetAsync();

        (await bed.AskAsync("resources/list", new { })).GetProperty("result").GetProperty("resources").EnumerateArray().Should().ContainSingle().Which.GetProperty("uri").GetString().Should().Be("lab://instruments");
        (await bed.AskAsync("resources/templates/list", new { })).GetProperty("result").GetProperty("resourceTemplates").EnumerateArray().Should().BeEmpty();
        (await bed.AskAsync("resources/read", new { uri = "lab://campaigns" })).GetProperty("error").GetProperty("message").GetString().Should().Contain("the client may not call 'list_campaigns'");
    }

    private static bool Finds(string uri) => McpResources.TryFind(uri, out _);

    private static async Task<Dictionary<string, JsonElement>> ToolsAsync(McpBed bed) =>
        (await bed.AskAsync("tools/list", new { })).GetProperty("result").GetProperty("tools").EnumerateArray().ToDictionary(tool => tool.GetProperty("name").GetString()!);

    private static async Task<JsonElement> CallAsync(McpBed bed, string name, object arguments) => (await bed.AskAsync("tools/call", new { name, arguments })).GetProperty("result");

    private static string[] Texts(JsonElement answer) => [.. answer.GetProperty("content").EnumerateArray().Select(block => block.GetProperty("text").GetString()!)];
}
