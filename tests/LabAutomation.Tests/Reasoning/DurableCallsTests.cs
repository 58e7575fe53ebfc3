using System.Collections.Immutable;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting.Chaos;

namespace LabAutomation.Tests.Reasoning;

/// <summary>What a power cut leaves of calls: of whatever came of one, the call itself.</summary>
public sealed class DurableCallsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("durable-").FullName;
    private readonly WriteCache _cache = new();
    private readonly CachedDisk _disk;

    public DurableCallsTests() => _disk = new CachedDisk(_cache);

    private string Record => Path.Combine(_folder, "reasoning.db");

    public void Dispose()
    {
        _disk.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(Reach.Read, false)]
    [InlineData(Reach.Plan, true)]
    [InlineData(Reach.Run, true)]
    public async Task A_call_is_on_the_disk_as_soon_as_anything_of_it_is(Reach reach, bool isThere)
    {
        using var bed = new GateBed();
        var ledger = Ledger.Open(Record, bed.Clock, isDurable: false, _disk.Name);
        var record = ReasoningRecord.Begin(ledger, new ConversationBegun("ask", "ada", "", ImmutableSortedDictionary<string, string>.Empty));
        var tool = new Watched(reach, () => _cache.Holds("reasoning.db-wal"), reach is Reach.Plan ? record : null);
        var rules = new RolePolicy(Tier.RunInsideEnvelope, [tool.Name], ReasoningRole.Budget);
        var policy = bed.Policy with { Roles = ImmutableSortedDictionary.Create<string, RolePolicy>(StringComparer.Ordinal).Add("planner", rules) };
        var account = new Account(new Caller("ada", "planner", record.Conversation), bed.Clock);

        var reply = await new ToolGate(() => policy, [tool], record, bed.Approvals, new Secrets(), bed.Clock).CallAsync(account, "c1", tool.Name, Watched.None, default);
        var left = TornFile.Forced(Record, _cache);
        ledger.Dispose();
        left?.Restore();
        _cache.Clear();

        reply.Result.Failed.Should().BeFalse(reply.Result.Text);
        tool.WaitedFor.Should().Be(reach is Reach.Run, "before something moves its call must not be lost, and nobody waits for the disk otherwise");
        using var again = Ledger.Open(Record, bed.Clock, isDurable: false, _disk.Name);
        again.Events<ToolCalled>().Select(call => call.Call).Should().Equal(isThere ? ["c1"] : []);
        again.Events<DraftWritten>().Should().HaveCount(reach is Reach.Plan ? 1 : 0);
    }

    /// <summary>Looks whether its call is on the disk.</summary>
    private sealed class Watched(Reach reach, Func<bool> isLost, ReasoningRecord? record) : LabTool("watched", "Looks.", reach)
    {
        private static readonly PlanFacts Plan = new(new string('a', 64), [], 1, TimeSpan.FromHours(1), ImmutableSortedDictionary<string, double>.Empty);

        public static ImmutableSortedDictionary<string, string> None { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

        public bool WaitedFor { get; private set; }

        public override bool HasPreparation => true;

        public override Preparation Prepare(ToolArguments arguments) => new(Plan: Plan);

        public override async Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation)
        {
            WaitedFor = !isLost();
            if (record is not null) await record.WriteAsync(number => new DraftWritten(number, "planner", "text", Plan.Sha256, "", Label.Trusted), cancellation);
            return new ToolResult("done");
        }
    }
}
