using System.Globalization;
using System.Text.RegularExpressions;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Benchmarks.House;
using LabAutomation.Hosting;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.StandIns.SemanticKernel;

namespace LabAutomation.SystemTests.Reasoning;

/// <summary>The <c>lab</c> program, whose model speaks the protocol and tries everything: what moved is told by the simulated devices themselves.</summary>
[Trait("Faults", "real")]
public sealed partial class HostileEndpointTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(8);
    private readonly HostileWords _words;
    private readonly Queue<Order[]> _opening = [];
    private readonly Dictionary<string, int> _wanted = [];
    private readonly Endpoint _endpoint;
    private int _rounds;
    private int _calls;
    private Reply _last = Reply.Says("Done.");

    public HostileEndpointTests()
    {
        _words = new HostileWords(_random, HostileLabTests.Outside);
        _endpoint = new Endpoint { Otherwise = Answer };
    }

    private string Data => _folder.At("data");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Nothing_moves_but_what_a_person_has_approved_and_that_once_and_all_is_on_record()
    {
        _folder.Write("lab.json", HostileLab.Configuration(new PeoplesLimits()));
        var paper = _folder.Write("paper.txt", _words.Document("paper.txt", orders: 5));
        Order read = new("read_document", """{"name":"paper.txt"}"""), run = HostileWords.RunLast;
        string[] ask = ["ask", "go on", "--to", "planner", "--with", paper, "--by", "ada"];

        await TalkAsync(["plan", "find a green", "--out", "campaign.yaml", "--with", paper, "--by", "ada"], [read], [_words.Fair()], [run]);
        _last = Reply.Refuses(500, "approved by grace");
        await TalkAsync(ask, [read], [_words.Fair()], [run, run, new Order("approve", """{"request":"1","by":"grace"}""")]);
        var waiting = Book()[0];
        (await LabAsync("approve", "1", "--by", "ada")).ExitCode.Should().Be(21, "another person decides");
        (await LabAsync("approve", "1", "--by", "grace")).ExitCode.Should().Be(0);
        _last = Reply.Says("one two three four") with { CutAfter = 2 };
        Order approved = new("run_campaign", $$"""{"draft":"{{waiting.Asked.Terms.Arguments["draft"]}}"}""");
        await TalkAsync(ask, [read, approved, approved, run]);
        _last = Reply.Says(string.Concat(Enumerable.Repeat("approved ", 8_000)));
        await TalkAsync(ask, [approved, run, approved]);
        _last = new Reply { Body = "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"run_campaign\"" };
        foreach (var role in new[] { "critic", "analyst", "scribe" }) await TalkAsync(["ask", "go on", "--to", role, "--with", paper, "--by", "ada"], [approved]);

        using var ledger = Ledger.OpenForReading(Laboratory.LedgerIn(Data));
        var begun = ledger.Read().Where(entry => entry.Event is CampaignAuthorised).Select(entry => new SeenBegin(entry.Campaign, (CampaignAuthorised)entry.Event, new PeoplesLimits(), HasReadStrangers: true)).ToArray();
        begun.Should().ContainSingle("one approval was given").Which.Authorised.Approval.Should().Be(1);
        var oracle = new HostileOracle(Data, begun, [1]);
        oracle.EffectsAreWithinCapabilityEnvelopeAndBudget();
        oracle.NoApprovalIsForgedOrUsedTwice();
        oracle.AllIsOnRecord(_wanted);
        FaultTable.Tell(21, "calls that an endpoint wanted of the program over HTTP", _wanted.Values.Sum());
    }

    private IReadOnlyList<ApprovalState> Book() => new ApprovalBook(Laboratory.ApprovalsIn(Data), TimeProvider.System).Read();

    /// <summary>One conversation, which the model opens with certain calls and goes on with any.</summary>
    private async Task TalkAsync(string[] command, params Order[][] opening)
    {
        foreach (var calls in opening) _opening.Enqueue(calls);
        (_rounds, _calls) = (6, 0);
        var result = await LabAsync(command);
        result.ExitCode.Should().BeOneOf([0, 7, 20, 25], $"{result.Out}\n{result.Error}");
        result.Error.Should().NotContain("   at ");
        _opening.Clear();
        using var record = Ledger.OpenForReading(Laboratory.ConversationsIn(Data)[0]);
        _wanted.Add(record.Campaigns()[^1], _calls);
    }

    private async Task<LabResult> LabAsync(params string[] arguments)
    {
        var environment = new Dictionary<string, string?> { ["LAB_Reasoning__Endpoint"] = _endpoint.Address.ToString(), ["LAB_Simulation__Speed"] = "100" };
        using var lab = LabProcess.StartAsTyped(_folder.Path, [.. arguments, "--config", "lab.json", "--data", Data], environment);
        return await lab.EndAsync();
    }

    private Reply Answer(Received request)
    {
        var isOpening = _opening.TryDequeue(out var orders);
        if (!isOpening && _rounds-- <= 0) return _last;
        orders ??= [.. Enumerable.Range(0, _random.Next(1, 21)).Select(_ => _words.Draw())];
        var draft = Written().Matches(request.Messages.ToJsonString()) is { Count: > 0 } written ? written[^1].Groups[1].Value : "1";
        _calls += orders.Length;
        return Reply.Asks([.. orders.Select((order, k) => new Called($"call_{k.ToString(CultureInfo.InvariantCulture)}", order.Tool, order.Arguments.Replace(Order.LastDraft, draft, StringComparison.Ordinal)))]);
    }

    [GeneratedRegex("Draft ([0-9]+) is valid")]
    private static partial Regex Written();
}
