using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Models;
using LabAutomation.Protocol;
using LabAutomation.Tests.Campaigns;
using Microsoft.Extensions.Time.Testing;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Tests.Reasoning;

/// <summary>A gate over real ledgers, before the example bench. What would run in a lab is written down instead.</summary>
internal sealed class GateBed : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gate-").FullName;
    private readonly Lazy<ModelRegistry> _none = new(() => throw new InvalidOperationException("no model is named"));
    private readonly Ledger _ledger;

    /// <param name="policy">Of the roles that come with the lab, with what a test wants to be otherwise.</param>
    public GateBed(LabPolicy? policy = null, IReadOnlyDictionary<string, string>? documents = null, Secrets? secrets = null, string kind = "ask", IReadOnlyCollection<Birth>? births = null)
    {
        Policy = policy ?? Standard();
        Offered = births ?? Births.Bench;
        Secrets = secrets ?? new Secrets();
        _ledger = Ledger.Open(Path.Combine(_folder, "reasoning.db"), Clock, isDurable: false);
        Record = ReasoningRecord.Begin(_ledger, new ConversationBegun(kind, "ada", Policy.Envelope.Sha256, ImmutableSortedDictionary<string, string>.Empty));
        View = new LabView(
            () => Ledger.Exists(LabRecord) ? Ledger.OpenForReading(LabRecord) : null,
            () => Offered,
            plan => plan.Check(Offered, _none, Stations),
            (plan, _) => new CampaignForecast("find it", "goal reached", true, 12, 0, TimeSpan.FromHours(1), "trial 9", new Dictionary<string, double> { ["pump-cyan"] = 4 }),
            (plan, _) => Hindrance is { } why ? throw new NotReadyException(why) : Task.FromResult(new ReadyCampaign(PlanReading.Facts(plan, Stations, RunWith ?? Offered), CameUp ?? Policy.Lab, authorised => Begin(plan, authorised), () =>
            {
                LetGo++;
                return ValueTask.CompletedTask;
            })),
            campaign => $"the report of {campaign}",
            documents ?? new Dictionary<string, string>()) { Stations = () => Stations };
        Gate = new ToolGate(() => Policy, LabTools.Of(Record, View, () => Policy), Record, Approvals, Secrets, Clock);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    /// <summary>A test may change it in mid-conversation.</summary>
    public LabPolicy Policy { get; set; }

    /// <summary>What the instruments offer, as far as anybody has asked them.</summary>
    public IReadOnlyCollection<Birth> Offered { get; set; }

    /// <summary>What they offer when a campaign is about to run; the same unless a test has others.</summary>
    public IReadOnlyCollection<Birth>? RunWith { get; set; }

    /// <summary>By which configuration the lab comes up; that of the policy unless a test has another.</summary>
    public LabFingerprint? CameUp { get; set; }

    public LabStations Stations { get; set; } = LabStations.OnePlace;

    /// <summary>Why no campaign can begin now.</summary>
    public string? Hindrance { get; set; }

    /// <summary>How many runs were ready and did not begin.</summary>
    public int LetGo { get; private set; }

    public Secrets Secrets { get; }

    public ReasoningRecord Record { get; }

    public LabView View { get; }

    public ToolGate Gate { get; }

    public ApprovalBook Approvals => new(Path.Combine(_folder, "approvals.db"), Clock, isDurable: false);

    /// <summary>Where the lab's own record lies; there is none unless a test writes one.</summary>
    public string LabRecord => Path.Combine(_folder, "ledger.db");

    /// <summary>What would have run in the lab.</summary>
    public List<(CampaignPlan Plan, CampaignAuthorised Authorised)> Begun { get; } = [];

    /// <summary>The gate before other tools, with the same record.</summary>
    public ToolGate GateOf(params LabTool[] tools) => new(() => Policy, tools, Record, Approvals, Secrets, Clock);

    public IReadOnlyList<LedgerEntry> Entries => _ledger.Read();

    public static LabPolicy Standard(Func<RolePolicy, RolePolicy>? planner = null, Envelope? envelope = null, ApprovalRules? rules = null) => new(
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, ReasoningRole.Judged.Select(role => KeyValuePair.Create(role.Name, Rules(role, planner)))),
        envelope ?? new Envelope(null, 200, TimeSpan.FromHours(48), ImmutableSortedDictionary<string, double>.Empty),
        rules ?? new ApprovalRules(TimeSpan.FromHours(24), OtherPerson: false, Approvers: null));

    /// <summary>A campaign with one trial on the lab's record.</summary>
    public void RecordCampaign(string id, string text, params LabEvent[] more)
    {
        var plan = CampaignFile.Parse(text, "a.yaml");
        var trial = new TrialProposed(1, new TrialValues(plan.Parameters.Select(one => KeyValuePair.Create(one.Name, TrialValue.Of(new Quantity(0.1, one.Unit))))), null, null, null, "test");
        using var ledger = Ledger.Open(LabRecord, Clock, isDurable: false);
        ledger.Append(id, [new CampaignStarted(plan.File, plan.Text, plan.Sha256, 1, "sobol", 4, "bench", ImmutableSortedDictionary<string, string>.Empty), .. more, trial]);
    }

    public IReadOnlyList<T> Recorded<T>() where T : LabEvent => [.. Entries.Select(entry => entry.Event).OfType<T>()];

    public Account Account(string role, string person = "ada") => new(new Caller(person, role, Record.Conversation), Clock);

    public Task<ToolReply> CallAsync(Account account, string tool, params (string Name, string Value)[] arguments) => Gate.CallAsync(
        account, account.NextCall(), tool, ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, arguments.Select(one => KeyValuePair.Create(one.Name, one.Value))), default);

    /// <summary>The number of a draft of the example campaign.</summary>
    public async Task<string> DraftAsync(Account account, string? text = null)
    {
        var proposed = await CallAsync(account, "propose_campaign", ("text", text ?? CampaignTexts.Match), ("reasons", "as asked"));
        return ((DraftWritten)proposed.Result.Written!).Draft.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public ReasoningAgent Agent(ReasoningRole role, IChatCompletionService model, Deadlines? deadlines = null, ModelChoice? choice = null) => new(
        role, choice ?? new ModelChoice(new Uri("http://127.0.0.1:1/v1"), "model-1", null, 1, 2), model, Gate, Record, Account(role.Name),
        deadlines ?? new Deadlines(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1)), Secrets, Clock);

    public void Dispose()
    {
        _ledger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private BegunCampaign Begin(CampaignPlan plan, CampaignAuthorised authorised)
    {
        lock (Begun) Begun.Add((plan, authorised));
        return new BegunCampaign($"{plan.Name}-{Begun.Count}", "begins when this conversation is over");
    }

    private static RolePolicy Rules(ReasoningRole role, Func<RolePolicy, RolePolicy>? planner)
    {
        var rules = new RolePolicy(role.Tier, role.Tools, role.Allowance);
        return role == ReasoningRole.Planner && planner is not null ? planner(rules) : rules;
    }
}
