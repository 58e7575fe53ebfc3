using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What tools that are about a draft have in common: it is named by its number, and its label comes along.</summary>
public abstract class DraftTool(string name, string summary, Reach reach, ReasoningRecord record, params System.Collections.Immutable.ImmutableArray<ToolParameter> more)
    : LabTool(name, summary, reach, [new ToolParameter("draft", "number of a draft, as 'propose_campaign' gave it", ToolValue.Number, 1_000_000), .. more])
{
    public sealed override bool HasPreparation => true;

    public override Preparation Prepare(ToolArguments arguments)
    {
        if (Find(arguments) is not { } draft) return new Preparation(Problem: $"there is no draft {arguments.Number("draft")}");
        return Demanded(PlanOf(draft)) with { Label = draft.Label };
    }

    /// <summary>What the call takes, beside itself, and what it would do.</summary>
    protected virtual Preparation Demanded(CampaignPlan plan) => new();

    protected ReasoningRecord Record => record;

    protected DraftWritten? Find(ToolArguments arguments) => record.Draft(arguments.Number("draft"));

    /// <summary>A draft was judged when it was written.</summary>
    protected static CampaignPlan PlanOf(DraftWritten draft) => CampaignFile.Parse(draft.Text, FileOf(draft.Draft));

    protected static string FileOf(int draft) => $"draft-{draft}.yaml";
}

/// <summary>A campaign file, written down if the validator takes it.</summary>
public sealed class ProposeCampaign(ReasoningRecord record, LabView lab) : LabTool(
    "propose_campaign", "Judges a campaign file and, if it is right, writes it down as a draft with a number. Tells all problems with line and column otherwise.", Reach.Plan,
    CampaignText.Parameter,
    new ToolParameter("reasons", "why each parameter, range, constraint, step and limit is as it is, a line for each", ToolValue.Text, 8_000))
{
    public override async Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation)
    {
        if (CampaignText.Read(arguments, lab, out var refused) is not { } plan) return ToolResult.Fails($"Not written down. {refused!.Text}", refused.Label);
        var draft = await record.WriteAsync(
            number => new DraftWritten(number, context.Caller.Role, plan.Text, plan.Sha256, arguments.Text("reasons"), context.Label.Join(record.LabelOf(plan.Sha256) ?? Label.Trusted).Join(plan.IsUntrusted ? Label.Untrusted : Label.Trusted)), cancellation);
        return new ToolResult($"Draft {draft.Draft} is valid and written down.") { Written = draft };
    }
}

public sealed class ReadDraft(ReasoningRecord record) : DraftTool("read_draft", "The text of a draft and the reasons for it.", Reach.Read, record)
{
    public override Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation)
    {
        var draft = Find(arguments)!;
        return Task.FromResult(new ToolResult($"{draft.Text}\n\nreasons:\n{draft.Reasons}", draft.Label));
    }
}

/// <summary>Whether a draft could run, and what it would take of what people allow.</summary>
public sealed class CheckCampaign(ReasoningRecord record, LabView lab, Func<LabPolicy> policy) : DraftTool(
    "check_campaign", "Whether a draft fits the instruments, the limits that people declared and the stock; what it takes at most; and past campaigns with the same parameters.", Reach.Read, record)
{
    public override Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation)
    {
        var plan = PlanOf(Find(arguments)!);
        var (problems, facts) = (lab.Check(plan), PlanReading.Facts(plan, lab));
        var (alike, label) = Alike(plan);
        return Task.FromResult(new ToolResult($"""
            instruments: {(problems.Count == 0 ? "it fits them" : string.Join("; ", problems))}
            {CampaignText.Bounds(facts, policy())}
            stock: {Stock(facts)}
            past campaigns with the same parameters: {alike}
            """, problems.Count == 0 ? label : Label.Untrusted));
    }

    /// <summary>What it would draw of each consumable, beside what there is: where there is less, a campaign waits for a person to refill it.</summary>
    private string Stock(PlanFacts facts)
    {
        if (facts.Draws.IsEmpty) return "it draws nothing that is counted";
        using var ledger = lab.OpenLedger();
        var book = ledger is null ? StockBook.Empty : StockBook.Replay(ledger.Read());
        return string.Join(", ", facts.Draws.Select(one => FormattableString.Invariant($"{one.Key} up to {one.Value.Value:0.##} {one.Value.Unit} of {(book.Declared.ContainsKey(one.Key) ? book.OnHand(one.Key) : lab.Stations().Consumables.First(consumable => consumable.Name == one.Key).OnHand):0.##} {one.Value.Unit}")));
    }

    private (string Words, Label Label) Alike(CampaignPlan plan)
    {
        using var ledger = lab.OpenLedger();
        if (ledger is null) return ("none", Label.Trusted);
        var names = plan.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        var alike = ledger.Campaigns().Select(id => ledger.Read(id)).Select(entries => (State: CampaignState.Replay(entries), Label: Record.LabelOf(entries)))
            .Where(one => names.SetEquals(one.State.Plan.Parameters.Select(parameter => parameter.Name)))
            .Select(one => (Words: FormattableString.Invariant($"{one.State.Id} ({one.State.Trials.Count} trials{(one.State.BestObjective is { } best ? $", best {one.State.Plan.Goal.Objective.Name} {best:G6}" : "")})"), one.Label)).ToArray();
        return alike.Length == 0 ? ("none", Label.Trusted) : (string.Join(", ", alike.Select(one => one.Words)), alike.Max(one => one.Label));
    }
}

/// <summary>A draft in the virtual lab: nothing moves.</summary>
public sealed class SimulateCampaign(ReasoningRecord record, LabView lab) : DraftTool(
    "simulate_campaign", "Runs a draft in the virtual lab and tells how long it takes, what it uses and how good it gets. Nothing moves.", Reach.Simulate, record)
{
    protected override Preparation Demanded(CampaignPlan plan) => new(new Outlay(Simulated: plan.Goal.Until.Trials));

    public override Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation) =>
        Task.FromResult(new ToolResult(lab.Simulate(PlanOf(Find(arguments)!), cancellation).ToString()));
}

/// <summary>A draft in the lab itself.</summary>
public sealed class RunDraft(ReasoningRecord record, LabView lab) : DraftTool(
    "run_campaign", "Runs a draft in the lab. People have to approve it unless their policy says otherwise.", Reach.Run, record)
{
    public override async Task<ReadyRun?> ReadyAsync(ToolArguments arguments, CancellationToken cancellation)
    {
        var draft = Find(arguments)!;
        var plan = PlanOf(draft);
        var campaign = await lab.Ready(plan, cancellation);
        return new ReadyRun(Demanded(plan, campaign.Facts) with { Label = draft.Label }, campaign);
    }

    public override Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation)
    {
        var (caller, approval) = (context.Caller, context.Approval);
        var begun = context.Ready!.Campaign.Begin(new CampaignAuthorised(caller.Role, caller.Person, caller.Conversation, approval?.Request, approval?.Given?.By));
        return Task.FromResult(new ToolResult($"Campaign {begun.Id} is on record and {begun.When}."));
    }

    protected override Preparation Demanded(CampaignPlan plan) => Demanded(plan, PlanReading.Facts(plan, lab));

    private static Preparation Demanded(CampaignPlan plan, PlanFacts facts) => new(facts.Demand, facts, What: FormattableString.Invariant(
        $"run campaign '{plan.Name}': up to {facts.Trials} trials, {facts.LabTime?.TotalHours:0.##} h, {facts.Volume:0.##} mL, with {string.Join(", ", facts.Instruments)}{(facts.Draws.IsEmpty ? "" : $"; it may draw {string.Join(", ", facts.Draws.Select(one => FormattableString.Invariant($"{one.Value.Value:0.##} {one.Value.Unit} of {one.Key}")))}")}"));
}

/// <summary>The critic's word on a draft.</summary>
public sealed class JudgeCampaign(ReasoningRecord record) : DraftTool(
    "judge_campaign", "Says whether a draft should go to the person as it is.", Reach.Plan, record,
    new ToolParameter("verdict", "accept or object", ToolValue.Text, 10),
    new ToolParameter("objections", "what is wrong and what would be right, a line for each; empty where nothing is", ToolValue.Text, 8_000))
{
    public const string Accept = "accept";

    public const string Objects = "object";

    public override Preparation Prepare(ToolArguments arguments) => arguments.Text("verdict") is Accept or Objects
        ? base.Prepare(arguments)
        : new Preparation(Problem: $"'verdict' is {Accept} or {Objects}");

    public override Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation)
    {
        var judged = new DraftJudged(arguments.Number("draft"), context.Caller.Role, arguments.Text("verdict") == Accept, arguments.Text("objections"), context.Label);
        Record.Write(judged);
        return Task.FromResult(new ToolResult($"Noted about draft {arguments.Number("draft")}.") { Written = judged });
    }
}
