using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Lab.Commands;
using LabAutomation.Lab.Reasoning;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Benchmarks.Reasoning;

/// <summary>
/// The product's tools behind its gate, its policy read from a configuration file at each call, its bench, and records on the disk. What calls take beside the tools' own work is told. Campaigns that
/// begin go on the record of a lab, and are not run.
/// </summary>
internal sealed class CalledTools : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("policy-bench-");
    private readonly string _text = File.ReadAllText(Path.Combine(LabRun.Root, "campaigns", "colour-match.yaml"));
    private readonly bool _isDurable;
    private readonly PlanBench _bench;
    private readonly LabView _view;
    private readonly CurrentPolicy _policy;
    private readonly Ledger _lab;
    private readonly Ledger _ledger;
    private readonly ReasoningRecord _record;
    private readonly ToolGate _gate;
    private readonly TimedTool[] _tools;
    private readonly Account _account;
    private int _seed;

    /// <param name="tier">Of the planner, who calls.</param>
    /// <param name="isDurable">Whether what must not be lost is waited for.</param>
    public CalledTools(Tier tier, bool isDurable)
    {
        var file = Path.Combine(_folder.FullName, "lab.json");
        var configuration = JsonNode.Parse(File.ReadAllText(Path.Combine(LabRun.Root, "appsettings.json")))!.AsObject();
        configuration["Policy"] = new JsonObject { ["Planner"] = new JsonObject { ["Tier"] = tier.Word(), ["Calls"] = 100_000, ["Trials"] = 100_000, ["Volume"] = 1e6, ["Minutes"] = 10_000 } };
        File.WriteAllText(file, configuration.ToJsonString());
        var settings = new CurrentSettings(file, () => new Settings(new ConfigurationBuilder().AddJsonFile(file).Build(), InstrumentFamilies.BuiltIn) { File = file });
        (_isDurable, _policy, _bench) = (isDurable, new CurrentPolicy(settings), new PlanBench(settings, _ => throw new InvalidOperationException("all are simulated")));
        (_lab, _ledger) = (Ledger.Open(Path.Combine(_folder.FullName, "ledger.db"), TimeProvider.System, isDurable), Ledger.Open(Path.Combine(_folder.FullName, "reasoning.db"), TimeProvider.System, isDurable));
        _record = ReasoningRecord.Begin(_ledger, new ConversationBegun("bench", "ada", "", ImmutableSortedDictionary<string, string>.Empty));
        _view = _bench.View(_folder.FullName, ReadyAsync, new Dictionary<string, string>());
        _tools = [.. LabTools.Of(_record, _view, _policy.Now).Select(tool => new TimedTool(tool))];
        _gate = new ToolGate(_policy.Now, _tools, _record, Book, new Secrets("sk-0123456789"), TimeProvider.System);
        _account = new Account(new Caller("ada", "planner", _record.Conversation), TimeProvider.System);
    }

    private ApprovalBook Book => new(Path.Combine(_folder.FullName, "approvals.db"), TimeProvider.System, _isDurable);

    public void Dispose()
    {
        _bench.Dispose();
        _lab.Dispose();
        _ledger.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>What looking at the record of campaigns takes beside that, in milliseconds, call by call after some to warm up.</summary>
    public Task<double[]> LookAsync(int calls) => TimesAsync(calls, () => CallAsync("list_campaigns"));

    /// <summary>The same of proposing a campaign, each another one.</summary>
    public Task<double[]> ProposeAsync(int calls) => TimesAsync(calls, async () => (await ProposeAsync()).Beside);

    /// <summary>The same of running one, which the policy lets the planner do by itself.</summary>
    public Task<double[]> RunAsync(int calls) => TimesAsync(calls, async () => await CallAsync("run_campaign", ("draft", (await ProposeAsync()).Draft)));

    /// <summary>The same of asking for an approval, and of running by it.</summary>
    public async Task<(double[] Asked, double[] Used)> ApproveAsync(int calls)
    {
        var asked = new List<double>();
        var used = await TimesAsync(calls, async () =>
        {
            var draft = (await ProposeAsync()).Draft;
            asked.Add(await CallAsync("run_campaign", ("draft", draft), isDone: false));
            var waiting = Book.Read().Single(state => state.Given is null);
            if ((await Book.DecideAsync(waiting.Request, "grace", null, _policy.Now(), default)).Hindrance is { } why) throw new InvalidOperationException(why);
            return await CallAsync("run_campaign", ("draft", draft));
        });
        return ([.. asked.Skip(asked.Count - calls)], used);
    }

    /// <summary>It can begin at once: what bringing a lab up takes is the tool's own.</summary>
    private Task<ReadyCampaign> ReadyAsync(CampaignPlan plan, CancellationToken cancellation) => Task.FromResult(new ReadyCampaign(PlanReading.Facts(plan, _view), _policy.Now().Lab, authorised =>
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{plan.Name}-{_seed}");
        _lab.Append(id, [new CampaignStarted(plan.File, plan.Text, plan.Sha256, plan.Seed, plan.PlannerKind, plan.Goal.Until.Trials, "bench", ImmutableSortedDictionary<string, string>.Empty), authorised]);
        return new BegunCampaign(id, "begins soon");
    }, () => ValueTask.CompletedTask));

    private static async Task<double[]> TimesAsync(int calls, Func<Task<double>> call)
    {
        var times = new double[calls];
        for (var k = -Math.Max(20, calls / 10); k < calls; k++)
            if (await call() is var time && k >= 0) times[k] = time;
        return times;
    }

    private async Task<(string Draft, double Beside)> ProposeAsync()
    {
        var text = _text.Replace("seed: 7", $"seed: {(++_seed).ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal);
        var beside = await MeasuredAsync("propose_campaign", [("text", text), ("reasons", "as asked")], isDone: true);
        return (((DraftWritten)beside.Reply.Result.Written!).Draft.ToString(CultureInfo.InvariantCulture), beside.Time);
    }

    private async Task<double> CallAsync(string tool, (string Name, string Value)? argument = null, bool isDone = true) =>
        (await MeasuredAsync(tool, argument is { } given ? [given] : [], isDone)).Time;

    /// <param name="isDone">Whether it is to be done; otherwise it is to wait for a person.</param>
    private async Task<(ToolReply Reply, double Time)> MeasuredAsync(string tool, (string Name, string Value)[] arguments, bool isDone)
    {
        var given = arguments.ToImmutableSortedDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);
        var timed = _tools.First(one => one.Name == tool);
        timed.TakeOwn();
        var began = Stopwatch.GetTimestamp();
        var reply = await _gate.CallAsync(_account, _account.NextCall(), tool, given, default);
        var time = Stopwatch.GetElapsedTime(began).TotalMilliseconds - timed.TakeOwn();
        return reply.Result.Failed != isDone ? (reply, time) : throw new InvalidOperationException(reply.Result.Text);
    }
}
