using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>
/// The only way to a tool, for agents, programs and people alike. A call is judged by the policy, and call and verdict are on record, before anything
/// comes of it; they are durable before anything moves or is written down.
/// </summary>
/// <param name="policy">As people have it now: a call is judged by one and the same from its beginning to its end, and the next one by that of then.</param>
/// <param name="clock">The wall clock.</param>
/// <param name="secrets">Taken out of everything that a tool says.</param>
public sealed class ToolGate(Func<LabPolicy> policy, IEnumerable<LabTool> tools, ReasoningRecord record, ApprovalBook approvals, Secrets secrets, TimeProvider clock)
{
    /// <summary>Letters of all arguments that are written down; a tool's own limits are tighter.</summary>
    private const int MostRecorded = 100_000;

    /// <summary>Letters of an argument that are on record where its call was denied.</summary>
    private const int MostOutlined = 500;

    private const int MostArguments = 32;

    internal const int MostName = 200;

    private static readonly ImmutableSortedDictionary<string, string> Nothing = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, LabTool> _tools = tools.ToFrozenDictionary(tool => tool.Name, StringComparer.Ordinal);

    private LabPolicy _known = policy();

    public LabPolicy Policy => policy();

    /// <summary>The tools of a role that are within its tier.</summary>
    public IEnumerable<LabTool> Of(string role)
    {
        var now = policy();
        return now.Roles.TryGetValue(role, out var rules) ? rules.Tools.Where(_tools.ContainsKey).Select(name => _tools[name]).Where(tool => now.Reaches(role, tool.Reach)) : [];
    }

    /// <summary>Judges a call, writes it down, and makes it where it is allowed.</summary>
    /// <param name="account">Of the caller; is charged, and takes the label of what it is told.</param>
    /// <param name="call">Its name.</param>
    /// <param name="arguments">Null where there are none that can be read.</param>
    /// <exception cref="LedgerException">It cannot be written down, and was not made; or it was made, and what came of it cannot be written down.</exception>
    /// <exception cref="OperationCanceledException">The time for it is over. Something that was begun may still go on, and is on record.</exception>
    public async Task<ToolReply> CallAsync(Account account, string call, string name, ImmutableSortedDictionary<string, string>? arguments, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        var rules = Now();
        name = secrets.Without(name);
        if (name.Length > MostName) name = name[..MostName];
        var tool = _tools.GetValueOrDefault(name);
        var (values, unreadable) = Readable(arguments);
        var given = new ToolArguments(values);
        var problem = unreadable ?? (tool is null ? null : ToolArguments.Refuse(tool.Parameters, values));
        Preparation prepared;
        ToolCall wanted;
        Verdict verdict;
        ApprovalState? approval = null;
        try
        {
            prepared = tool is not { HasPreparation: true } || problem is not null || !MayPrepare(rules, account, tool) ? new Preparation() : await PrepareAsync(tool, given, cancellation);
            wanted = new ToolCall(account.Caller, name, values, tool?.Reach, account.Label.Join(prepared.Label), new Outlay(Calls: 1) + (prepared.Demand ?? Outlay.None), prepared.Plan, problem ?? prepared.Problem);
            verdict = rules.Judge(wanted, account.Spent);
            if (verdict is Verdict.NeedsApproval)
            {
                approval = await approvals.UseOrAskAsync(wanted, rules, prepared.What, verdict.Reason, cancellation);
                if (approval.Used is not null) verdict = new Verdict.Allowed($"approved by {approval.Given!.By}, request {approval.Request}");
            }
        }
        catch (Exception error) when (error is OperationCanceledException or LedgerException)
        {
            account.Spend(new Outlay(Calls: 1));
            var why = error is LedgerException ? secrets.Without(error.Message) : "the time for it was over before it was judged";
            record.Write(new ToolCalled(account.Caller.Role, call, name, values, account.Label, VerdictWord.Denied, why, null));
            record.Write(new ToolAnswered(account.Caller.Role, call, $"Not done: {why}.", account.Label, Failed: true, clock.GetElapsedTime(began).TotalMilliseconds));
            throw;
        }

        account.Spend(verdict is Verdict.Allowed ? wanted.Demand : new Outlay(Calls: 1));
        Action<LabEvent> write = verdict is not Verdict.Denied && tool!.Reach is Reach.Plan or Reach.Run ? happened => record.Write(happened) : record.Note;
        write(new ToolCalled(account.Caller.Role, call, wanted.Tool, verdict is Verdict.Denied ? Outlined(values) : values, wanted.Label, Word(verdict), secrets.Without(verdict.Reason), approval?.Request));
        ToolResult Answered(ToolResult result)
        {
            result = result with { Text = Cut(secrets.Without(result.Text)), Label = result.Label.Join(prepared.Label) };
            account.Saw(result.Label);
            write(new ToolAnswered(account.Caller.Role, call, result.Text, result.Label, result.Failed, clock.GetElapsedTime(began).TotalMilliseconds));
            return result;
        }

        try
        {
            return new ToolReply(verdict, Answered(verdict switch
            {
                Verdict.Allowed => await MakeAsync(tool!, given, new CallContext(account.Caller, wanted.Label, approval), cancellation),
                Verdict.NeedsApproval => ToolResult.Fails($"Not done: {verdict.Reason}. A person decides about request {approval!.Request}. Tell the person so; when it is approved, this same call does it."),
                _ => ToolResult.Fails($"Not done: {verdict.Reason}."),
            }), approval);
        }
        catch (OperationCanceledException)
        {
            Answered(ToolResult.Fails("The time for it was over. What it had begun may still go on."));
            throw;
        }
    }

    /// <summary>By which policy a call was judged follows from the record.</summary>
    private LabPolicy Now()
    {
        var now = policy();
        if (!ReferenceEquals(Interlocked.Exchange(ref _known, now), now)) record.Write(new PolicyChanged(now.Envelope.Sha256, now.Problem));
        return now;
    }

    /// <summary>Preparing may cost time; nobody gets it for what is denied anyway.</summary>
    private static bool MayPrepare(LabPolicy rules, Account account, LabTool tool) =>
        rules.Judge(new ToolCall(account.Caller, tool.Name, Nothing, tool.Reach is Reach.Run ? Reach.Plan : tool.Reach, account.Label, new Outlay(Calls: 1)), account.Spent) is not Verdict.Denied;

    private static async Task<Preparation> PrepareAsync(LabTool tool, ToolArguments arguments, CancellationToken cancellation)
    {
        try
        {
            return await Task.Run(() => tool.Prepare(arguments), cancellation).WaitAsync(cancellation);
        }
        catch (Exception error) when (error is not (OperationCanceledException or LedgerException))
        {
            return new Preparation(Label: Label.Untrusted, Problem: $"it cannot be prepared: {error.Message}");
        }
    }

    private static async Task<ToolResult> MakeAsync(LabTool tool, ToolArguments arguments, CallContext context, CancellationToken cancellation)
    {
        try
        {
            return await Task.Run(() => tool.RunAsync(arguments, context, cancellation), cancellation).WaitAsync(cancellation);
        }
        catch (Exception error) when (error is not (OperationCanceledException or LedgerException { IsBroken: true }))
        {
            return ToolResult.Fails($"It did not work: {error.Message}", Label.Untrusted);
        }
    }

    private (ImmutableSortedDictionary<string, string> Values, string? Problem) Readable(ImmutableSortedDictionary<string, string>? arguments)
    {
        if (arguments is null) return (Nothing, "the arguments are no JSON object");
        if (arguments.Count > MostArguments) return (Nothing, $"there are {arguments.Count} arguments; no tool has more than {MostArguments}");
        if (arguments.Sum(pair => (long)pair.Key.Length + pair.Value.Length) > MostRecorded) return (Nothing, $"the arguments have more than {MostRecorded} letters");
        var clean = Nothing.ToBuilder();
        foreach (var (name, value) in arguments) clean[secrets.Without(name)] = secrets.Without(value);
        return (clean.ToImmutable(), null);
    }

    /// <summary>Who is denied may ask again as often as he likes, and what he sends is not worth a disk: of long values the beginning is kept, and a hash by which to know them.</summary>
    private static ImmutableSortedDictionary<string, string> Outlined(ImmutableSortedDictionary<string, string> values) => values.Values.All(value => value.Length <= MostOutlined)
        ? values
        : values.ToImmutableSortedDictionary(one => one.Key, one => one.Value.Length <= MostOutlined ? one.Value : $"{one.Value[..MostOutlined]}… ({one.Value.Length} letters, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(one.Value)))})", StringComparer.Ordinal);

    private static string Cut(string text) => text.Length <= ToolResult.Most ? text : text[..ToolResult.Most] + "\n… (cut)";

    private static VerdictWord Word(Verdict verdict) => verdict switch
    {
        Verdict.Allowed => VerdictWord.Allowed,
        Verdict.NeedsApproval => VerdictWord.NeedsApproval,
        _ => VerdictWord.Denied,
    };
}

/// <param name="Approval">The request that it waits for, or whose approval it used.</param>
public sealed record ToolReply(Verdict Verdict, ToolResult Result, ApprovalState? Approval);
