using System.Collections.Immutable;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Lab.Mcp;
using LabAutomation.Tests.Campaigns;
using LabAutomation.Tests.Reasoning;

namespace LabAutomation.Tests.Lab.Mcp;

/// <summary>Which program made which call, however many come.</summary>
public sealed class ClientDeskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("desk-").FullName;
    private readonly GateBed _bed = new();

    public void Dispose()
    {
        _bed.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Each_session_whose_calls_may_be_made_has_its_number_and_those_beyond_the_budget_fill_no_record()
    {
        var policy = GateBed.Standard();
        policy = policy with { Roles = policy.Roles.SetItem("client", policy.Roles["client"] with { Budget = new Outlay(Calls: 150, Time: TimeSpan.FromHours(1)) }) };
        using (var held = HeldConversation.Open(new ConversationSetup("mcp", "ada", () => policy, _folder, _bed.View, new Secrets(), _bed.Clock)))
        {
            var desk = new ClientDesk(held, "ada", new Secrets(), _bed.Clock);
            for (var k = 1; k <= 300; k++) await desk.CallAsync(new ClientIdentity("client", "1", "http", $"session-{k}"), "list_campaigns", ImmutableSortedDictionary<string, string>.Empty, default);
        }

        using var ledger = Ledger.OpenForReading(Path.Combine(_folder, "reasoning.db"));
        ledger.Events<ClientConnected>().Select(one => one.Client).Should().Equal(Enumerable.Range(1, 150));
        var calls = ledger.Events<ToolCalled>();
        calls.Where(call => call.Verdict == VerdictWord.Allowed).Select(call => call.Call).Should().Equal(Enumerable.Range(1, 150).Select(k => $"client-{k}-{k}"));
        calls.Where(call => call.Verdict == VerdictWord.Denied).Should().HaveCount(ReasoningRecord.MostBeyond).And.OnlyContain(call => call.Call.StartsWith("client-0-"));
        ledger.Events<CallsDenied>().Sum(denied => denied.Count).Should().Be(150 - ReasoningRecord.MostBeyond);
    }

    [Fact]
    public async Task A_long_call_of_one_holds_up_its_own_and_nobody_elses()
    {
        using var hold = new ManualResetEventSlim();
        using var entered = new SemaphoreSlim(0);
        var view = _bed.View with
        {
            Simulate = (plan, _) =>
            {
                entered.Release();
                hold.Wait();
                return _bed.View.Simulate(plan, default);
            },
        };
        using var held = HeldConversation.Open(new ConversationSetup("mcp", "ada", () => GateBed.Standard(), _folder, view, new Secrets(), _bed.Clock));
        var desk = new ClientDesk(held, "ada", new Secrets(), _bed.Clock);
        var (slow, quick) = (new ClientIdentity("slow", "1", "http", "1"), new ClientIdentity("quick", "1", "http", "2"));

        var forecast = desk.CallAsync(slow, "forecast_campaign", ImmutableSortedDictionary<string, string>.Empty.Add("text", CampaignTexts.Match), default);
        await entered.WaitAsync();
        var own = desk.CallAsync(slow, "list_campaigns", ImmutableSortedDictionary<string, string>.Empty, default);
        var others = await desk.CallAsync(quick, "list_campaigns", ImmutableSortedDictionary<string, string>.Empty, default).WaitAsync(TimeSpan.FromSeconds(30));

        others.Verdict.Should().BeOfType<Verdict.Allowed>();
        (forecast.IsCompleted, own.IsCompleted).Should().Be((false, false));
        hold.Set();
        (await forecast).Result.Failed.Should().BeFalse();
        (await own).Result.Failed.Should().BeFalse();
    }

    [Fact]
    public async Task All_at_once_share_one_budget()
    {
        var policy = GateBed.Standard();
        policy = policy with { Roles = policy.Roles.SetItem("client", policy.Roles["client"] with { Budget = new Outlay(Calls: 1000, Simulated: 5 * 40, Time: TimeSpan.FromHours(1)) }) };
        using var held = HeldConversation.Open(new ConversationSetup("mcp", "ada", () => policy, _folder, _bed.View, new Secrets(), _bed.Clock));
        var desk = new ClientDesk(held, "ada", new Secrets(), _bed.Clock);
        var text = ImmutableSortedDictionary<string, string>.Empty.Add("text", CampaignTexts.Match);

        var replies = await Task.WhenAll(Enumerable.Range(1, 40).Select(k => Task.Run(() => desk.CallAsync(new ClientIdentity("client", "1", "http", $"session-{k}"), "forecast_campaign", text, default))));

        replies.Count(reply => reply.Verdict is Verdict.Allowed).Should().Be(5, "40 trials each");
    }

    [Fact]
    public async Task A_session_that_was_forgotten_is_told_anew_and_never_under_the_number_of_another()
    {
        var policy = GateBed.Standard();
        using (var held = HeldConversation.Open(new ConversationSetup("mcp", "ada", () => policy, _folder, _bed.View, new Secrets(), _bed.Clock)))
        {
            var desk = new ClientDesk(held, "ada", new Secrets(), _bed.Clock);
            foreach (var session in Enumerable.Range(1, 1001).Append(1).Append(1001))
                await desk.CallAsync(new ClientIdentity("client", "1", "http", $"session-{session}"), "list_campaigns", ImmutableSortedDictionary<string, string>.Empty, default);
        }

        using var ledger = Ledger.OpenForReading(Path.Combine(_folder, "reasoning.db"));
        ledger.Events<ClientConnected>().Select(one => one.Client).Should().Equal(Enumerable.Range(1, 1002));
        ledger.Events<ToolCalled>().TakeLast(3).Select(call => call.Call).Should().Equal("client-1001-1001", "client-1002-1002", "client-1001-1003");
    }
}
