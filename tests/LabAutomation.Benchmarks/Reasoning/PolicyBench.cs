using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;

namespace LabAutomation.Benchmarks.Reasoning;

/// <summary>What the gate adds to a call of a tool: the policy's judgement, call and answer on record, the disk where it must be waited for.</summary>
internal static class PolicyBench
{
    private const double Bound = 1;

    /// <summary>Of the short form: whatever else the machine does adds to a round and takes nothing away, so the least of them is nearest to what the gate itself takes.</summary>
    private const int Rounds = 5;

    private static readonly ImmutableSortedDictionary<string, string> Arguments = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("what", "the trials of colour-match-1");

    public static int Run(string[] arguments)
    {
        if (arguments is not ([] or ["--quick"])) return Usage();
        var (calls, rounds) = arguments.Length == 0 ? (20_000, 1) : (2_000, Rounds);
        Console.WriteLine($"{calls} calls each, a tenth of them of what acts, after some to warm up, one after the other; milliseconds beside the tool's own work{(rounds == 1 ? "" : $"; of what is judged the least of {rounds} rounds. The p99 of {calls} calls lies with 95 % between their {calls / 100 + 9}th and their {calls / 100 - 8}th longest")}");
        Console.WriteLine("                                              p50      p99      max   of the processor");
        var judged = Tell("policy alone", () => Judged(calls));
        Tell("policy and record, without a disk", () => CalledAsync(calls, isDurable: false).GetAwaiter().GetResult());
        var recorded = Least("policy and record, of what does nothing", () => CalledAsync(calls, isDurable: true).GetAwaiter().GetResult());
        using var acting = new CalledTools(Tier.RunInsideEnvelope, isDurable: true);
        using var asking = new CalledTools(Tier.RunWithApproval, isDurable: true);
        var looked = Tell("list_campaigns, the policy in its file", () => acting.LookAsync(calls).GetAwaiter().GetResult());
        var proposed = Least("propose_campaign", () => acting.ProposeAsync(calls / 10).GetAwaiter().GetResult());
        var run = Tell("run_campaign, inside the envelope", () => acting.RunAsync(calls / 20).GetAwaiter().GetResult());
        (double[] Asked, double[] Used) approved = ([], []);
        Tell("run_campaign, that asks a person", () => (approved = asking.ApproveAsync(calls / 20).GetAwaiter().GetResult()).Asked);
        var used = Tell("run_campaign, by an approval", () => approved.Used);
        using var unforced = new CalledTools(Tier.RunInsideEnvelope, isDurable: false);
        var bare = Least("the same inside the envelope, no disk", () => unforced.RunAsync(calls / 20).GetAwaiter().GetResult());
        Tell("two writes to that disk, for comparison", () => Flushed(calls / 10));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"p99 of policy and record: {recorded:0.000} ms for what does nothing, {proposed:0.000} ms for what proposes, each at most {Bound} ms; {looked:0.000} ms for what looks; {run:0.000} ms for what runs and must be on the disk before anything moves, {bare:0.000} ms if the disk took no time, {used:0.000} ms where an approval is spent as well; of the policy alone {judged:0.0000} ms"));
        return Math.Max(recorded, proposed) <= Bound ? 0 : 1;

        double Least(string what, Func<double[]> measure) => Enumerable.Range(0, rounds).Min(_ => Tell(what, measure));
    }

    private static double[] Judged(int calls)
    {
        var policy = new PolicyOptions().ToPolicy();
        var call = new ToolCall(new Caller("ada", "planner", "bench-1"), "run_campaign", Arguments, Reach.Run, Label.Trusted, new Outlay(Calls: 1, Trials: 40, Volume: 300),
            new PlanFacts(new string('a', 64), ["pump-a", "pump-b", "eye"], 40, TimeSpan.FromHours(4), ImmutableSortedDictionary<string, double>.Empty.Add("pump-a", 300)));
        var times = new double[calls];
        for (var k = -calls / 10; k < calls; k++)
        {
            var began = Stopwatch.GetTimestamp();
            if (policy.Judge(call, Outlay.None) is not Verdict.NeedsApproval) throw new InvalidOperationException("the policy has changed");
            if (k >= 0) times[k] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        return times;
    }

    private static async Task<double[]> CalledAsync(int calls, bool isDurable)
    {
        var folder = Directory.CreateTempSubdirectory("policy-bench-");
        try
        {
            using var ledger = Ledger.Open(Path.Combine(folder.FullName, "reasoning.db"), TimeProvider.System, isDurable);
            var record = ReasoningRecord.Begin(ledger, new ConversationBegun("bench", "ada", "", ImmutableSortedDictionary<string, string>.Empty));
            var tool = new Idle();
            var rules = new RolePolicy(Tier.Plan, [tool.Name], ReasoningRole.Budget with { Calls = int.MaxValue });
            var policy = new PolicyOptions().ToPolicy() with { Roles = ImmutableSortedDictionary.Create<string, RolePolicy>(StringComparer.Ordinal).Add("planner", rules) };
            var gate = new ToolGate(() => policy, [tool], record, new ApprovalBook(Path.Combine(folder.FullName, "approvals.db"), TimeProvider.System), new Secrets("sk-0123456789"), TimeProvider.System);
            var account = new Account(new Caller("ada", "planner", record.Conversation), TimeProvider.System);
            var times = new double[calls];
            for (var k = -calls / 10; k < calls; k++)
            {
                var began = Stopwatch.GetTimestamp();
                var reply = await gate.CallAsync(account, account.NextCall(), tool.Name, Arguments, default);
                if (k >= 0) times[k] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                if (reply.Verdict is not Verdict.Allowed) throw new InvalidOperationException(reply.Verdict.Reason);
            }

            if (ledger.Read().Count != 1 + 2 * (calls + calls / 10)) throw new InvalidOperationException("not all calls are on record");
            return times;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What the disk itself takes for as many small writes that it must keep.</summary>
    private static double[] Flushed(int calls)
    {
        var path = Path.GetTempFileName();
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);
            var (times, bytes) = (new double[calls], new byte[4096]);
            for (var k = 0; k < calls; k++)
            {
                var began = Stopwatch.GetTimestamp();
                for (var write = 0; write < 2; write++)
                {
                    file.Write(bytes);
                    file.Flush(flushToDisk: true);
                }

                times[k] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }

            return times;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <returns>The p99.</returns>
    private static double Tell(string what, Func<double[]> measure)
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var times = measure();
        var busy = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds / (1.1 * times.Length);
        Array.Sort(times);
        var p99 = times[(int)(0.99 * (times.Length - 1))];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-40} {times[times.Length / 2],8:0.0000} {p99,8:0.0000} {times[^1],8:0.000} {busy,8:0.0000} a call"));
        return p99;
    }

    private static int Usage()
    {
        Console.Error.WriteLine("usage: policy [--quick]");
        return 2;
    }

    private sealed class Idle() : LabTool("idle", "Does nothing.", Reach.Read, new ToolParameter("what", "anything", ToolValue.Text, 100))
    {
        public override Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation) => Task.FromResult(new ToolResult("done"));
    }
}
