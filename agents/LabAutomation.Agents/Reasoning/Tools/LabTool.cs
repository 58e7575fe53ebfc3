using System.Collections.Immutable;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>One narrow thing that an agent can ask for. It is called by <see cref="ToolGate"/> alone.</summary>
public abstract class LabTool(string name, string summary, Reach reach, params ImmutableArray<ToolParameter> parameters)
{
    public string Name { get; } = name;

    /// <summary>For the model.</summary>
    public string Summary { get; } = summary;

    public Reach Reach { get; } = reach;

    public ImmutableArray<ToolParameter> Parameters { get; } = parameters;

    /// <summary>Whether <see cref="Prepare"/> has something to say, which may take time.</summary>
    public virtual bool HasPreparation => false;

    /// <summary>What a call would take and what it is about, before it is judged. Nothing happens yet.</summary>
    public virtual Preparation Prepare(ToolArguments arguments) => new();

    /// <summary>Brings about that it can be done at once, without doing it. Null where nothing has to be; for tools of <see cref="Reach.Run"/> alone.</summary>
    public virtual Task<ReadyRun?> ReadyAsync(ToolArguments arguments, CancellationToken cancellation) => Task.FromResult<ReadyRun?>(null);

    /// <summary>Does it. What goes wrong in a way that the caller can mend is a result.</summary>
    public abstract Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation);
}

/// <summary>What a tool says of a call before it is made.</summary>
/// <param name="Demand">Beside the call itself.</param>
/// <param name="Label">Of what the arguments refer to.</param>
/// <param name="Problem">Why it cannot be made; null where it can.</param>
/// <param name="What">In words, for a person who is to approve it.</param>
public sealed record Preparation(Outlay? Demand = null, PlanFacts? Plan = null, Label Label = Label.Trusted, string? Problem = null, string What = "");

/// <summary>Under what a call is made.</summary>
/// <param name="Label">Of all that it may be derived from.</param>
/// <param name="Approval">The approval that it used, where it needed one.</param>
/// <param name="Ready">What <see cref="LabTool.ReadyAsync"/> gave.</param>
public sealed record CallContext(Caller Caller, Label Label, ApprovalState? Approval = null, ReadyRun? Ready = null);

/// <summary>A run that can begin at once.</summary>
/// <param name="Prepared">What it would take, as the lab is now that would run it.</param>
public sealed record ReadyRun(Preparation Prepared, ReadyCampaign Campaign);

/// <param name="Label">Of the text.</param>
public sealed record ToolResult(string Text, Label Label = Label.Trusted, bool Failed = false)
{
    /// <summary>The draft or the judgement that was written down; null where none was.</summary>
    public LabEvent? Written { get; init; }

    /// <summary>Letters of an answer beyond which it is cut: a model reads no more, and the record stays small.</summary>
    public const int Most = 60_000;

    public static ToolResult Fails(string why, Label label = Label.Trusted) => new(why, label, Failed: true);
}
