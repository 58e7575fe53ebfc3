using System.Text.Json;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Lab.Mcp;

namespace LabAutomation.Tests.Lab.Mcp;

/// <summary>Lines that are no messages, too long, too many, or cut off.</summary>
public sealed class LineTransportTests
{
    [Theory]
    [InlineData("{not json", -32700, "null")]
    [InlineData("hello", -32700, "null")]
    [InlineData("[]", -32600, "null")]
    [InlineData("42", -32600, "null")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""", -32600, "null")]
    [InlineData("""{"id":7,"method":"ping"}""", -32600, "7")]
    [InlineData("""{"jsonrpc":"1.0","id":"b","method":"ping"}""", -32600, "\"b\"")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""", -32600, "null")]
    [InlineData("""{"jsonrpc":"2.0","id":1.5,"method":"ping"}""", -32600, "null")]
    [InlineData("""{"jsonrpc":"2.0","id":8,"method":5}""", -32600, "8")]
    [InlineData("""{"jsonrpc":"2.0","id":9}""", -32600, "9")]
    public async Task A_line_that_is_no_message_is_answered_with_what_is_wrong(string line, int code, string id)
    {
        await using var bed = new McpBed();

        var answer = await bed.SayAsync(line);

        answer.GetProperty("error").GetProperty("code").GetInt32().Should().Be(code, answer.GetRawText());
        answer.GetProperty("error").GetProperty("message").GetString().Should().StartWith("this line is no message of JSON-RPC 2.0: ");
        answer.GetProperty("id").GetRawText().Should().Be(id);
        await AssertAliveAsync(bed);
    }

    [Fact]
    public async Task Nesting_without_end_is_refused_under_its_id()
    {
        await using var bed = new McpBed();

        var answer = await bed.SayAsync($$"""{"jsonrpc":"2.0","method":"ping","params":{{new string('[', 5_000)}}{{new string(']', 5_000)}},"id":3}""");

        answer.GetProperty("id").GetInt32().Should().Be(3);
        await AssertAliveAsync(bed);
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_refused_and_the_next_one_is_taken()
    {
        await using var bed = new McpBed();

        var answer = await bed.SayAsync($$$"""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"{{{new string('x', 3 * LineTransport.MostBytes)}}}"}}""");
        await bed.SendAsync("  \r");

        answer.GetProperty("error").GetProperty("message").GetString().Should().Contain("1048576 bytes at most");
        await AssertAliveAsync(bed);
    }

    [Fact]
    public async Task More_requests_at_once_than_it_holds_are_refused_and_taken_again_later()
    {
        using var bed = new Reasoning.GateBed();
        using var hold = new ManualResetEventSlim();
        await using var mcp = new McpBed(view: bed.View with
        {
            Instruments = () =>
            {
                hold.Wait();
                return [];
            },
        });
        await mcp.GreetAsync();
        for (var k = 0; k < LineTransport.MostAtOnce; k++) await mcp.SendAsync($$$"""{"jsonrpc":"2.0","id":"r{{{k}}}","method":"tools/call","params":{"name":"list_instruments"}}""");

        var refused = await mcp.SayAsync("""{"jsonrpc":"2.0","id":"more","method":"ping"}""");
        hold.Set();
        var answers = new List<JsonElement>();
        for (var k = 0; k < LineTransport.MostAtOnce; k++) answers.Add(await mcp.ReadAsync());

        refused.GetProperty("id").GetString().Should().Be("more");
        refused.GetProperty("error").GetProperty("message").GetString().Should().Contain("64 requests are under way");
        answers.Select(answer => answer.GetProperty("id").GetString()).Should().BeEquivalentTo(Enumerable.Range(0, LineTransport.MostAtOnce).Select(k => $"r{k}"));
        await AssertAliveAsync(mcp);
    }

    [Fact]
    public async Task A_request_that_is_cancelled_holds_up_no_other_and_is_on_record()
    {
        using var bed = new Reasoning.GateBed();
        using var hold = new ManualResetEventSlim();
        var entered = new TaskCompletionSource();
        await using var mcp = new McpBed(view: bed.View with
        {
            Instruments = () =>
            {
                entered.TrySetResult();
                hold.Wait();
                return [];
            },
        });
        await mcp.GreetAsync();
        await mcp.SendAsync("""{"jsonrpc":"2.0","id":"slow","method":"tools/call","params":{"name":"list_instruments"}}""");
        await entered.Task;

        await mcp.SendAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"slow"}}""");
        var next = await mcp.SayAsync("""{"jsonrpc":"2.0","id":"next","method":"tools/call","params":{"name":"list_campaigns"}}""");
        hold.Set();

        next.GetProperty("result").GetProperty("isError").GetBoolean().Should().BeFalse();
        mcp.Recorded<ToolAnswered>()[0].Should().Match<ToolAnswered>(answer => answer.Failed && answer.Text.StartsWith("The time for it was over"));
    }

    [Fact]
    public async Task A_client_that_goes_away_in_mid_message_ends_the_conversation_and_nothing_else()
    {
        await using var bed = new McpBed();
        await bed.GreetAsync();
        await bed.SendAsync("""{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"list_campaigns"}}""");
        await bed.SendAsync("""{"jsonrpc":"2.0","id":6,"met""".TrimEnd('\n'));

        await bed.HangUpAsync();

        bed.Recorded<ToolCalled>().Should().ContainSingle();
        bed.Complaints.Should().BeEmpty();
    }

    private static async Task AssertAliveAsync(McpBed bed) => (await bed.SayAsync("""{"jsonrpc":"2.0","id":"alive","method":"ping"}""")).GetProperty("id").GetString().Should().Be("alive");
}
