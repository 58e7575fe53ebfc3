using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>
/// The only way to a tool, for agents, programs and people alike. A call is judged by the policy, and call and verdict are on record, before anything
/// comes of it; they are durable before anything moves. What is written down as a draft or a judgement stands behind its call on the same record, and is durable with it.
/// </summary>
/// <param name="policy">As people have it now: a call is judged by that of its beginning, and a run once more by that of the moment in which it begins.</param>
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

    /// <summary>Calls of what moves nothing that go on although nobody waits for them.</summary>
    private const int MostLeft = 8;

    private static readonly ImmutableSortedDictionary<string, string> Nothing = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, LabTool> _tools = tools.ToFrozenDictionary(tool => tool.Name, StringComparer.Ordinal);

    private readonly WorkInHand _looking = new(MostLeft);
    private readonly WorkInHand _running = new(1);

    /// <summary>Of several callers, one brings the lab up at a time.</summary>
    private readonly SemaphoreSlim _oneRun = new(1, 1);

    private LabPolicy _known = policy();

    public LabPolicy Policy => policy();

    /// <summary>The tools of a role that are within its tier.</summary>
    public IEnumerable<LabTool> Of(string role)
    {
        var now = policy();
        return now.Roles.TryGetValue(role, out var rules) ? rules.Tools.Where(_tools.ContainsKey).Select(name => _tools[name]).Where(tool => now.Reaches(role, tool.Reach)) : [];
    }

    /// <summary>Whether there is a call left in the budget.</summary>
    public bool HasCalls(Account account) => policy().Roles.TryGetValue(account.Caller.Role, out var rules) && account.Spent.Calls < rules.Budget.Calls;

    /// <summary>Judges a call, writes it down, and makes it where it is allowed.</summary>
    /// <param name="account">Of the caller; is charged, and takes the label of what it is told.</param>
    /// <param name="call">Its name.</param>
    /// <param name="arguments">Null where there are none that can be read.</param>
    /// <exception cref="LedgerException">It cannot be written down, and was not made; or it was made, and what came of it cannot be written down.</exception>
    /// <exception cref="OperationCanceledException">The time for it is over. Something that was begun may still go on, and is on record.</exception>
    public async Task<ToolReply> CallAsync(Account account, string call, string name, ImmutableSortedDictionary<string, string>? arguments, CancellationToken cancellation)
    {
        using var underWay = record.UnderWay.Begin();
        var began = clock.GetTimestamp();
        var rules = Now();
        name = secrets.Without(name);
        if (name.Length > MostName) name = name[..MostName];
        var tool = _tools.GetValueOrDefault(name);
        var (values, unreadable) = Readable(arguments);
        var given = new ToolArguments(values);
        var problem = unreadable ?? (tool is null ? null : ToolArguments.Refuse(tool.Parameters, values) ?? HandOf(tool).Hindrance);
        Preparation prepared;
        ToolCall wanted;
        Verdict verdict;
        ApprovalState? approval = null;
        try
        {
            prepared = tool is not { HasPreparation: true } || problem is not null || !MayPrepare(rules, account, tool) ? new Preparation() : await PrepareAsync(tool, given, cancellation);
            wanted = new ToolCall(account.Caller, name, values, tool?.Reach, account.Label.Join(prepared.Label), new Outlay(Calls: 1) + (prepared.Demand ?? Outlay.None), prepared.Plan, problem ?? prepared.Problem);
            (verdict, approval) = await account.InTurnAsync(() => JudgeAsync(account, wanted, rules, prepared.What, cancellation), cancellation);
        }
        catch (Exception error) when (error is OperationCanceledException or LedgerException)
        {
            account.Spend(new Outlay(Calls: 1));
            var why = error is LedgerException ? secrets.Without(error.Message) : "the time for it was over before it was judged";
            record.Write(new ToolCalled(account.Caller.Role, call, name, values, account.Label, VerdictWord.Denied, why, null));
            record.Write(new ToolAnswered(account.Caller.Role, call, $"Not done: {why}.", account.Label, Failed: true, clock.GetElapsedTime(began).TotalMilliseconds, Untold: true));
            throw;
        }

        var isRun = verdict is Verdict.Allowed && tool!.Reach is Reach.Run;
        var called = new ToolCalled(account.Caller.Role, call, wanted.Tool, verdict is Verdict.Denied ? Outlined(values) : values, wanted.Label, Word(verdict), secrets.Without(verdict.Reason), approval?.Request);
        if (verdict is Verdict.Denied || tool is null)
        {
            var refusal = Told(ToolResult.Fails($"Not done: {verdict.Reason}."));
            record.NoteDenied(called, Answer(refusal), isBeyond: !rules.Roles.TryGetValue(account.Caller.Role, out var role) || account.Spent.Calls > role.Budget.Calls);
            return new ToolReply(verdict, refusal, null);
        }

        if (tool.Reach is Reach.Run) record.Write(called);
        else record.Note(called);
        try
        {
            var result = ToolResult.Fails($"Not done: {verdict.Reason}. A person decides about request {approval?.Request}. Tell the person so; when it is approved, this same call does it.");
            if (isRun) (result, approval) = await RunAsync(account, tool, given, wanted, prepared.What, approval, cancellation);
            else if (verdict is Verdict.Allowed) result = await MakeAsync(tool, given, new CallContext(account.Caller, wanted.Label), cancellation);
            return new ToolReply(verdict, Answered(result), approval);
        }
        catch (OperationCanceledException)
        {
            record.Note(Answer(Told(ToolResult.Fails("The time for it was over. What it had begun may still go on."))) with { Untold = true });
            throw;
        }

        ToolResult Answered(ToolResult result)
        {
            result = Told(result);
            record.Note(Answer(result));
            return result;
        }

        ToolResult Told(ToolResult result)
        {
            result = result with { Text = Cut(secrets.Without(result.Text)), Label = result.Label.Join(prepared.Label) };
            account.Saw(result.Label);
            return result;
        }

        ToolAnswered Answer(ToolResult result) => new(account.Caller.Role, call, result.Text, result.Label, result.Failed, clock.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <summary>The verdict on a call, for which its caller is charged: a run when it begins, and what is not made for being asked.</summary>
    private async Task<(Verdict Verdict, ApprovalState? Approval)> JudgeAsync(Account account, ToolCall wanted, LabPolicy rules, string what, CancellationToken cancellation)
    {
        var (verdict, approval) = (rules.Judge(wanted, account.Spent), default(ApprovalState));
        if (verdict is Verdict.NeedsApproval)
        {
            approval = await approvals.FindOrAskAsync(wanted, rules, what, verdict.Reason, cancellation);
            verdict = approval switch
            {
                null => new Verdict.Denied($"{ApprovalBook.MostWaiting} requests of the {account.Caller.Role} for {account.Caller.Person} wait for a person already; call again when some of them are decided or have expired"),
                { Given.By: var by } => new Verdict.Allowed($"approved by {by}, request {approval.Request}"),
                _ => new Verdict.NeedsApproval(approval.Asked.Why),
            };
        }

        account.Spend(verdict is Verdict.Allowed && wanted.Reach is not Reach.Run ? wanted.Demand : new Outlay(Calls: 1));
        return (verdict, approval);
    }

    /// <summary>
    /// A run is made ready before its approval is used, and judged by the lab that would run it and the policy of then: what cannot begin uses up no approval and nothing of the
    /// budget. From then on nobody breaks it off.
    /// </summary>
    private async Task<(ToolResult Result, ApprovalState? Approval)> RunAsync(
        Account account, LabTool tool, ToolArguments given, ToolCall wanted, string what, ApprovalState? approval, CancellationToken cancellation)
    {
        await _oneRun.WaitAsync(cancellation);
        try
        {
            return await RunAloneAsync(account, tool, given, wanted, what, approval, cancellation);
        }
        finally
        {
            _oneRun.Release();
        }
    }

    private async Task<(ToolResult Result, ApprovalState? Approval)> RunAloneAsync(
        Account account, LabTool tool, ToolArguments given, ToolCall wanted, string what, ApprovalState? approval, CancellationToken cancellation)
    {
        if (_running.Hindrance is { } hindrance) return (ToolResult.Fails($"Not done: {hindrance}."), approval);
        ReadyRun? ready;
        var kept = approval is null ? "" : $" Request {approval.Request} stays approved.";
        try
        {
            ready = await _running.DoAsync(() => tool.ReadyAsync(given, cancellation), run => run?.Campaign.DisposeAsync() ?? ValueTask.CompletedTask, cancellation);
        }
        catch (Exception error) when (error is not (OperationCanceledException or LedgerException { IsBroken: true }))
        {
            return (ToolResult.Fails($"It cannot begin: {error.Message}.{kept}", error is NotReadyException ? Label.Trusted : Label.Untrusted), approval);
        }

        await using var campaign = ready?.Campaign;
        if (ready is not null) (wanted, what) = (wanted with { Demand = ready.Prepared.Demand ?? Outlay.None, Plan = ready.Prepared.Plan }, ready.Prepared.What);
        // By the lab that is up: its configuration may have changed since it was read for it.
        var (rules, demand) = (ready is null ? Now() : Now() with { Lab = ready.Campaign.Lab }, wanted.Demand with { Calls = 0 });
        var verdict = rules.Judge(wanted with { Demand = demand }, account.Spent);
        if (verdict is Verdict.Denied) return (ToolResult.Fails($"Not done, by what the lab and its policy are now: {verdict.Reason}.{kept}"), approval);
        if (verdict is Verdict.NeedsApproval && approval is null) return (ToolResult.Fails($"Not done: by the policy of now it needs approval: {verdict.Reason}. The same call asks for it."), null);
        if (approval is not null)
        {
            if (await approvals.UseAsync(approval.Request, wanted, rules, what, cancellation) is not { } used)
                return (ToolResult.Fails($"Not done: what request {approval.Request} approves is not this any more: {approval.Asked.Terms.Outdated(rules) ?? "it was used meanwhile, its time is over, or what it would take is otherwise by now"}. The same call asks anew."), approval);
            approval = used;
        }

        account.Spend(demand);
        return (await EndedAsync(() => tool.RunAsync(given, new CallContext(account.Caller, wanted.Label, approval, ready), CancellationToken.None)), approval);
    }

    /// <summary>By which policy a call was judged follows from the record.</summary>
    private LabPolicy Now()
    {
        var now = policy();
        if (Interlocked.Exchange(ref _known, now) is var before && !ReferenceEquals(before, now)) record.Write(PolicyChanged.Of(before, now, secrets));
        return now;
    }

    /// <summary>Preparing may cost time; nobody gets it for what is denied anyway.</summary>
    private static bool MayPrepare(LabPolicy rules, Account account, LabTool tool) =>
        rules.Judge(new ToolCall(account.Caller, tool.Name, Nothing, tool.Reach is Reach.Run ? Reach.Plan : tool.Reach, account.Label, new Outlay(Calls: 1)), account.Spent) is not Verdict.Denied;

    private WorkInHand HandOf(LabTool tool) => tool.Reach is Reach.Run ? _running : _looking;

    private async Task<Preparation> PrepareAsync(LabTool tool, ToolArguments arguments, CancellationToken cancellation)
    {
        try
        {
            return await HandOf(tool).DoAsync(() => Task.FromResult(tool.Prepare(arguments)), null, cancellation);
        }
        catch (Exception error) when (error is not (OperationCanceledException or LedgerException))
        {
            return new Preparation(Label: Label.Untrusted, Problem: $"it cannot be prepared: {error.Message}");
        }
    }

    private Task<ToolResult> MakeAsync(LabTool tool, ToolArguments arguments, CallContext context, CancellationToken cancellation) =>
        EndedAsync(() => _looking.DoAsync(() => tool.RunAsync(arguments, context, cancellation), null, cancellation));

    private static async Task<ToolResult> EndedAsync(Func<Task<ToolResult>> work)
    {
        try
        {
            return await work();
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
