using System.Net;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.Reasoning;

namespace LabAutomation.SystemTests.Mcp;

/// <summary><c>lab mcp</c> as a process, with clients that are broken, gone, or in a hurry.</summary>
public sealed class McpProcessTests
{
    private const string Hello = """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}""";

    private const string Instruments = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_instruments"}}""";

    [Fact]
    public async Task Standard_output_carries_the_protocol_alone_and_what_comes_before_the_end_of_the_input_is_answered()
    {
        using var lab = new TalkingLab(null);
        using var server = new PipedLab([.. McpStage.Arguments(lab), "--set", "Logging:LogLevel:Default=Trace"]);

        await server.SendAsync($"{Hello}\n{{not json\n\n{Instruments}\n{new string('x', 3 << 20)}\n{{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"nonsense\"}}");
        var (exit, output, error) = await server.EndAsync();

        exit.Should().Be(0, error);
        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        answers.Should().OnlyContain(answer => answer.GetProperty("jsonrpc").GetString() == "2.0");
        answers.Select(answer => answer.TryGetProperty("error", out var wrong) ? wrong.GetProperty("code").GetInt32() : 0).Should().BeEquivalentTo([0, 0, -32700, -32600, -32601]);
        error.Should().Contain("lab: MCP on standard input and output, conversation mcp-1 for ada; nothing that acts").And.NotContain("   at ");
        lab.Recorded<ToolCalled>().Should().ContainSingle().Which.Tool.Should().Be("list_instruments");
    }

    [Fact]
    public async Task A_client_that_may_only_read_connects_to_no_instrument_that_is_not_simulated()
    {
        using var lab = new TalkingLab(null);
        using var server = new PipedLab([.. McpStage.Arguments(lab), "--set", "Simulation:Speed=1", "--set", "Instruments:0:Connection=tcp://127.0.0.1:9"]);

        await server.SendAsync($"{Hello}\n{Instruments}\n");
        var (exit, output, error) = await server.EndAsync();

        exit.Should().Be(0, error);
        output.Should().Contain("without --act this server connects to none");
        Directory.Exists(lab.Data).Should().BeTrue();
        File.Exists(Path.Combine(lab.Data, "ledger.db")).Should().BeFalse("the lab was not brought up");
    }

    [Fact]
    public async Task A_client_that_stops_reading_or_goes_in_mid_call_leaves_a_sound_record_and_no_trace_of_a_crash()
    {
        using var lab = new TalkingLab(null);
        using (var server = new PipedLab(McpStage.Arguments(lab)))
        {
            await server.SayAsync(Hello);
            server.StopReading();
            await server.SendAsync($"{Instruments}\n{Instruments.Replace("\"id\":1", "\"id\":2")}\n");
            (await server.ExitAsync()).Should().Be(0);
            (await server.ErrorAsync()).Should().NotContain("   at ").And.NotContain("defect");
        }

        using (var server = new PipedLab(McpStage.Arguments(lab)))
        {
            await server.SayAsync(Hello);
            await server.SendAsync(Instruments[..40]);
            server.Kill();
        }

        using var third = new PipedLab(McpStage.Arguments(lab));
        (await third.SayAsync(Hello)).Should().Contain("serverInfo");
        (await third.EndAsync()).ExitCode.Should().Be(0);
        lab.Record().Select(entry => entry.Event).OfType<ConversationBegun>().Should().HaveCount(3);
        (await lab.RunAsync("verify")).ExitCode.Should().BeOneOf(0, 12);
    }

    [Theory]
    [InlineData("\"ika-namur\"", "\"ika-namor\"", "Family 'ika-namor' is not known")]
    [InlineData("\"diameter\": \"26.59\"", "\"diameter\": \"wide\"", "diameter")]
    public async Task A_configuration_that_cannot_be_meant_is_refused_before_anybody_connects(string right, string wrong, string words)
    {
        using var lab = new TalkingLab(null);
        lab.Folder.Write("appsettings.json", File.ReadAllText(Path.Combine(LabProcess.Root, "appsettings.json")).Replace(right, wrong));
        using var server = new PipedLab(McpStage.Arguments(lab));

        var (exit, output, error) = await server.EndAsync();

        (exit, output).Should().Be((4, ""), error);
        error.Should().Contain(words).And.NotContain("MCP on standard input");
        if (wrong.Contains("namor")) error.Should().MatchRegex(@"\('.*appsettings\.json', line \d+, column \d+\)");
        File.Exists(Path.Combine(lab.Data, "reasoning.db")).Should().BeFalse();
    }

    [Fact]
    public async Task A_second_server_in_the_same_directory_serves_beside_the_first()
    {
        using var lab = new TalkingLab(null);
        using var first = new PipedLab(McpStage.Arguments(lab));
        await first.SayAsync(Hello);
        using var second = new PipedLab(McpStage.Arguments(lab));

        (await second.SayAsync(Hello)).Should().Contain("serverInfo");
        (await first.SayAsync(Instruments)).Should().Contain("pump-cyan");
        (await second.SayAsync(Instruments)).Should().Contain("pump-cyan");

        var (exit, _, error) = await second.EndAsync();
        (exit, error).Should().Match<(int Exit, string Error)>(end => end.Exit == 0 && end.Error.Contains("conversation mcp-2.1"));
        (await lab.RunAsync("approvals")).ExitCode.Should().Be(0, "approvals need not wait");
    }

    [SkippableFact]
    public async Task The_protocols_libraries_are_loaded_by_this_command_alone()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "what a process has loaded is read from /proc");
        using var lab = new TalkingLab(null);
        using var other = new PipedLab("ask-tell");
        using var server = new PipedLab(McpStage.Arguments(lab));
        await other.SayAsync("{}");
        await server.SayAsync(Hello);

        var (without, with) = (await Loaded(other), await Loaded(server));

        without.Should().Contain(name => name == "lab.dll").And.NotContain(name => name.StartsWith("ModelContextProtocol") || name.StartsWith("Microsoft.AspNetCore"));
        with.Should().Contain("ModelContextProtocol.Core.dll").And.NotContain(name => name.StartsWith("Microsoft.AspNetCore"), "there is no HTTP without --http");

        static async Task<string[]> Loaded(PipedLab lab) => [.. (await File.ReadAllLinesAsync($"/proc/{lab.Id}/maps")).Select(line => Path.GetFileName(line.Split(' ')[^1])).Where(name => name.EndsWith(".dll")).Distinct()];
    }

    [Fact]
    public async Task Over_HTTP_what_is_wrong_is_told_and_nobody_else_is_held_up()
    {
        using var lab = new TalkingLab(null);
        using var server = await McpOverHttp.StartAsync(lab);
        using var caller = new HttpCaller(server.Address);
        using var stranger = new HttpCaller(server.Address, token: null);

        (await stranger.PostAsync("{bad")).Status.Should().Be(HttpStatusCode.Unauthorized, "who shows no token is not listened to");
        (await caller.PostAsync("{bad")).Should().Match<(HttpStatusCode Status, string Body)>(answer => answer.Status == HttpStatusCode.BadRequest && answer.Body.Contains("-32600"));
        (await caller.PostAsync(Hello, origin: "https://evil.example")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await caller.PostAsync(Hello, origin: "http://localhost:3000")).Status.Should().Be(HttpStatusCode.Forbidden, "a page of this machine is a page of somebody's");
        (await caller.PostAsync(Hello, host: $"evil.example:{new Uri(server.Address).Port}")).Should().Match<(HttpStatusCode Status, string Body)>(answer => answer.Status == HttpStatusCode.Forbidden && answer.Body.Contains("not reached under that name"));
        (await caller.PostAsync(new string('x', (1 << 20) + 1))).Should().Match<(HttpStatusCode Status, string Body)>(answer => answer.Status == HttpStatusCode.RequestEntityTooLarge && answer.Body.Contains("1048576 bytes at most"));
        (await caller.PostAsync(Instruments)).Status.Should().Be(HttpStatusCode.BadRequest, "there is no session yet");
        (await caller.GreetAsync()).Status.Should().Be(HttpStatusCode.OK);
        using (var hurry = new CancellationTokenSource(TimeSpan.FromMilliseconds(200)))
            await FluentActions.Awaiting(() => caller.CallAsync("forecast_campaign", new { text = Reasoning.Scripts.Campaign.Replace("reached: 99", "reached: 0").Replace("trials: 4", "trials: 60") }, hurry.Token)).Should().ThrowAsync<OperationCanceledException>();
        (await caller.CallAsync("list_campaigns", new { })).Should().Be("No campaign is on record.");
        var end = await server.StopAsync();

        (end.ExitCode, end.Error.Contains("   at ") || end.Error.Contains("defect")).Should().Be((0, false), end.Error);
        end.Error.Should().Contain("a request was refused, of 127.0.0.1: this server is not reached under that name");
        lab.Recorded<ToolCalled>().Select(call => call.Tool).Should().Equal("forecast_campaign", "list_campaigns");
    }

    [Fact]
    public async Task A_policy_that_is_changed_while_a_server_runs_judges_the_next_call_and_one_that_is_broken_allows_nothing()
    {
        using var lab = new TalkingLab(null);
        var whole = File.ReadAllText(Path.Combine(LabProcess.Root, "appsettings.json"));
        var file = lab.Folder.Write("appsettings.json", whole);
        using var server = await McpOverHttp.StartAsync(lab);
        using var caller = new HttpCaller(server.Address);
        await caller.GreetAsync();
        const string read = "No campaign is on record.";
        (await caller.CallAsync("list_campaigns", new { })).Should().Be(read);

        File.WriteAllText(file, whole.Replace("\"Policy\": {", "\"Policy\": { \"Client\": { \"Tools\": [ \"list_instruments\" ] },", StringComparison.Ordinal));
        (await caller.CallAsync("list_campaigns", new { })).Should().Contain("the client may not call 'list_campaigns'; it has list_instruments");
        File.WriteAllText(file, whole[..^20]);
        (await caller.CallAsync("list_instruments", new { })).Should().Contain("the policy cannot be read: ").And.Contain("appsettings.json");
        File.WriteAllText(file, whole.Replace("\"Policy\": {", "\"Policy\": { \"Client\": { \"Tier\": \"god\" },", StringComparison.Ordinal));
        (await caller.CallAsync("list_instruments", new { })).Should().Contain("the policy cannot be read: ").And.Contain("Tier is never, read");
        File.WriteAllText(file, whole.Replace("\"Policy\": {", "\"Policy\": { \"Client\": { \"Tier\": \"run-inside-envelope\" },", StringComparison.Ordinal));
        (await caller.CallAsync("run_campaign", new { draft = 1 })).Should().Contain("needs the tier run-with-approval; the client has simulate", "without --act no file changes that");
        File.WriteAllText(file, whole);
        (await caller.CallAsync("list_campaigns", new { })).Should().Be(read);

        lab.Recorded<PolicyChanged>().Select(changed => changed.Problem is null).Should().Equal(true, false, false, true, true);
    }

    [Fact]
    public async Task An_approval_outlasts_a_run_that_finds_the_lab_in_use()
    {
        using var lab = new TalkingLab(null);
        using var server = await McpOverHttp.StartAsync(lab, "--act");
        using var caller = new HttpCaller(server.Address);
        await caller.GreetAsync();
        await caller.CallAsync("propose_campaign", new { text = Reasoning.Scripts.Campaign, reasons = "r" });
        await caller.CallAsync("run_campaign", new { draft = 1 });
        await lab.RunAsync("approve", "1", "--by", "grace");

        string hindered;
        using (DataDirectory.Hold(lab.Data)) hindered = await caller.CallAsync("run_campaign", new { draft = 1 });
        var run = await caller.CallAsync("run_campaign", new { draft = 1 });
        var end = await server.StopAsync();

        hindered.Should().Contain("It cannot begin: ").And.Contain("Request 1 stays approved.");
        run.Should().Contain("Campaign quick-match-1 is on record and runs");
        end.Error.Should().Contain("campaign 'quick-match' does not begin: ");
        lab.Approvals().Should().ContainSingle().Which.Used.Should().NotBeNull();
    }

    [Fact]
    public async Task A_server_that_is_told_to_stop_pauses_its_campaign_and_resume_goes_on()
    {
        using var lab = new TalkingLab(null);
        using var server = await McpOverHttp.StartAsync(lab, "--act", "--set", "Simulation:Speed=60");
        using var caller = new HttpCaller(server.Address);
        await caller.GreetAsync();
        await caller.CallAsync("propose_campaign", new { text = Reasoning.Scripts.Campaign.Replace("reached: 99", "reached: 0"), reasons = "r" });
        await caller.CallAsync("run_campaign", new { draft = 1 });
        await lab.RunAsync("approve", "1", "--by", "grace");

        (await caller.CallAsync("run_campaign", new { draft = 1 })).Should().Contain("is on record and runs");
        var end = await server.StopAsync();

        end.ExitCode.Should().Be(0, end.Error);
        end.Error.Should().Contain("pausing after the trial under way").And.Contain("campaign quick-match-1: paused").And.Contain("go on with: lab resume quick-match-1");
        (await lab.RunAsync("resume")).ExitCode.Should().Be(7, "the goal cannot be reached");
        using var ledger = Ledger.OpenForReading(Path.Combine(lab.Data, "ledger.db"));
        CampaignState.Replay(ledger.Read("quick-match-1")).Trials.Should().HaveCount(4);
    }
}
