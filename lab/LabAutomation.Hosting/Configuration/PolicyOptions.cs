using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using LabAutomation.Agents.Reasoning;

namespace LabAutomation.Hosting;

/// <summary>Section <c>Policy</c>: what agents may do. What is not allowed here is denied.</summary>
public sealed class PolicyOptions
{
    public const string Section = "Policy";

    public RolePolicyOptions Planner
    {
        get;
        set => field = value ?? new();      // as "Planner": null in a file
    } = new();

    public RolePolicyOptions Critic
    {
        get;
        set => field = value ?? new();
    } = new();

    public RolePolicyOptions Analyst
    {
        get;
        set => field = value ?? new();
    } = new();

    public RolePolicyOptions Scribe
    {
        get;
        set => field = value ?? new();
    } = new();

    /// <summary>Other programs, such as MCP clients.</summary>
    public RolePolicyOptions Client
    {
        get;
        set => field = value ?? new();
    } = new();

    public EnvelopeOptions Envelope
    {
        get;
        set => field = value ?? new();
    } = new();

    public QueueOptions Queue
    {
        get;
        set => field = value ?? new();
    } = new();

    public ApprovalOptions Approval
    {
        get;
        set => field = value ?? new();
    } = new();

    public LabPolicy ToPolicy() => new(
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, ReasoningRole.Judged.Zip(Roles).Select(pair => KeyValuePair.Create(pair.First.Name, pair.Second.ToPolicy(pair.First)))),
        Envelope.ToEnvelope(EnvelopeOptions.TrialsOfAgents, EnvelopeOptions.HoursOfAgents),
        new ApprovalRules(TimeSpan.FromHours(Approval.Hours), Approval.OtherPerson, Approval.Approvers is { } names ? [.. names] : null))
    {
        OfPeople = Envelope.ToEnvelope(null, null),
        Queue = new QueueRules(Queue.Operators is { } operators ? [.. operators] : null),
    };

    /// <summary>In the order of <see cref="ReasoningRole.Judged"/>.</summary>
    internal IReadOnlyList<RolePolicyOptions> Roles => [Planner, Critic, Analyst, Scribe, Client];
}

/// <summary>Section <c>Policy:ROLE</c>. Budgets are of one conversation; what is not given is the role's own default.</summary>
public sealed class RolePolicyOptions
{
    /// <summary>How far the role may go.</summary>
    [AllowedValues(null, "never", "read", "simulate", "plan", "run-with-approval", "run-inside-envelope", ErrorMessage = "Tier is never, read, simulate, plan, run-with-approval or run-inside-envelope")]
    public string? Tier { get; set; }

    /// <summary>The only tools that it may call.</summary>
    public List<string>? Tools { get; set; }

    [Range(0, 100_000, ErrorMessage = "Calls is 0 to 100000")]
    public int? Calls { get; set; }

    /// <summary>Trials in the virtual lab.</summary>
    [Range(0, 1_000_000, ErrorMessage = "Simulated is 0 to 1000000 trials")]
    public int? Simulated { get; set; }

    /// <summary>Trials in the lab.</summary>
    [Range(0, 100_000, ErrorMessage = "Trials is 0 to 100000")]
    public int? Trials { get; set; }

    /// <summary>mL that runs in the lab may move.</summary>
    [Range(0.0, 1e6, ErrorMessage = "Volume is 0 to 1000000 mL")]
    public double? Volume { get; set; }

    /// <summary>What runs in the lab may draw of a consumable, in its unit, by its name; or mL that they may ask of an instrument, by its name in campaign files. Those not named have no such limit.</summary>
    public Dictionary<string, double>? Stock { get; set; }

    /// <summary>For models, in the currency of the prices.</summary>
    [Range(0.0, 1e6, ErrorMessage = "Money is 0 to 1000000")]
    public double? Money { get; set; }

    [Range(0.0, 10_000.0, ErrorMessage = "Minutes is 0 to 10000")]
    public double? Minutes { get; set; }

    internal RolePolicy ToPolicy(ReasoningRole role) => new(Tier is { } word ? Tiers.Parse(word) : role.Tier, Tools is { } tools ? [.. tools] : role.Tools, new Outlay(
        Calls ?? role.Allowance.Calls, Simulated ?? role.Allowance.Simulated, Trials ?? role.Allowance.Trials, Volume ?? role.Allowance.Volume, Money ?? role.Allowance.Money,
        Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : role.Allowance.Time)
    {
        Drawn = (Stock ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal),
    });
}

/// <summary>Section <c>Policy:Envelope</c>: what no campaign may leave, whoever begins it.</summary>
public sealed class EnvelopeOptions
{
    internal const int TrialsOfAgents = 200;

    internal const double HoursOfAgents = 48;

    /// <summary>The only instruments, as campaign files call them; all unless given.</summary>
    public List<string>? Instruments { get; set; }

    /// <summary>Most trials of a campaign, 1 to 100000; 200 of an agent's and any number of a person's unless given.</summary>
    [Range(1, 100_000, ErrorMessage = "Policy:Envelope:Trials is 1 to 100000")]
    public int? Trials { get; set; }

    /// <summary>Longest lab time of a campaign, 0.1 to 10000 hours; 48 of an agent's and any of a person's unless given.</summary>
    [Range(0.1, 10_000.0, ErrorMessage = "Policy:Envelope:Hours is 0.1 to 10000")]
    public double? Hours { get; set; }

    /// <summary>What one campaign may draw of a consumable, in its unit, by its name; or mL that it may ask of an instrument, by its name in campaign files.</summary>
    public Dictionary<string, double>? Stock { get; set; }

    /// <param name="trials">Where none are given; null for any number.</param>
    /// <param name="hours">Likewise.</param>
    internal Envelope ToEnvelope(int? trials, double? hours) => new(
        Instruments is { } names ? [.. names] : null, Trials ?? trials, (Hours ?? hours) is { } most ? TimeSpan.FromHours(most) : null, (Stock ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal));
}

/// <summary>Section <c>Policy:Queue</c>.</summary>
public sealed class QueueOptions
{
    /// <summary>Who may change what waits; anybody with a name unless given.</summary>
    public List<string>? Operators { get; set; }
}

/// <summary>Section <c>Policy:Approval</c>.</summary>
public sealed class ApprovalOptions
{
    /// <summary>From the request until nothing can be approved or used any more; 0.01 to 720 hours.</summary>
    [Range(0.01, 720.0, ErrorMessage = "Policy:Approval:Hours is 0.01 to 720")]
    public double Hours { get; set; } = 24;

    /// <summary>Whether another person must approve than the one for whom it is asked.</summary>
    public bool OtherPerson { get; set; }

    /// <summary>Who may approve; anybody with a name unless given.</summary>
    public List<string>? Approvers { get; set; }
}
