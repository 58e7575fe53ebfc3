using System.Text.Json.Nodes;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Lab.Commands;
using LabAutomation.Lab.Reasoning;
using LabAutomation.Simulators.Time;
using LabAutomation.SystemTests.Lab;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.SystemTests.Reasoning;

/// <summary>What people allow for a while.</summary>
/// <param name="Trials">Of one campaign.</param>
/// <param name="RunsAlone">Whether the planner may run campaigns of which nothing is from outside by itself.</param>
/// <param name="Most">mL that the cyan pump gives at once.</param>
/// <param name="IsReadable">Whether the file can be read at all.</param>
internal sealed record PeoplesLimits(int Trials = 3, bool RunsAlone = true, double Most = 0.8, bool IsReadable = true);

/// <summary>A campaign that went on record, as the test saw it.</summary>
/// <param name="Limits">Of the moment.</param>
/// <param name="HasReadStrangers">Whether the model had been told anything from outside by then.</param>
internal sealed record SeenBegin(string Id, CampaignAuthorised Authorised, PeoplesLimits Limits, bool HasReadStrangers);

/// <summary>
/// A lab in virtual time whose simulated devices keep ledgers of their own, as the product brings it up: configuration file, policy, bench, gate, record and approvals are its own. Campaigns that
/// agents begin run in it. A person approves some of what waits, and people change their minds about what they allow.
/// </summary>
internal sealed class HostileLab : IDisposable
{
    public const double Hours = 2;

    public const int TrialsOfConversation = 6;

    public const double VolumeOfConversation = 44;

    private const int CallsOfPlanner = 900;

    private const int CallsOfOthers = 100;

    public static readonly string[] Instruments = ["pump-cyan", "pump-yellow", "pump-water", "pump-waste", "spectrometer"];

    public static readonly Dictionary<string, double> Stock = new() { ["pump-cyan"] = 2.5, ["pump-waste"] = 9.5 };

    private static readonly string[] Roles = ["Planner", "Critic", "Analyst", "Scribe", "Client"];

    /// <summary>Who may not approve: who has asked, who is not among those who may, an agent, a name that looks like another, nobody.</summary>
    private static readonly string[] Others = ["ada", "eve", "planner", "grace\u200b", ""];

    private static readonly PeoplesLimits[] Whims = [new(Trials: 2), new(RunsAlone: false), new(Most: 0.75), new(IsReadable: false)];

    private readonly TemporaryFolder _folder = new();
    private readonly VirtualTime _time = new(VirtualLaboratory.Beginning);
    private readonly Random _random;
    private readonly CurrentSettings _settings;
    private readonly PlanBench _bench;
    private (VirtualLaboratory Lab, string Id)? _underWay;

    /// <param name="documents">By name.</param>
    public HostileLab(Random random, IReadOnlyDictionary<string, string> documents)
    {
        _random = random;
        Allow(new PeoplesLimits());
        _settings = new CurrentSettings(_folder.At("lab.json"), Read);
        _bench = new PlanBench(_settings, _ => throw new InvalidOperationException("all are simulated"));
        Policy = new CurrentPolicy(_settings);
        View = _bench.View(Data, ReadyAsync, documents);
    }

    public string Data => _folder.At("data");

    public LabView View { get; }

    public CurrentPolicy Policy { get; }

    public PeoplesLimits Limits { get; private set; } = new();

    public List<SeenBegin> Begun { get; } = [];

    /// <summary>Requests that the person approved.</summary>
    public HashSet<int> Approved { get; } = [];

    /// <summary>How often somebody tried to approve who may not.</summary>
    public int Strangers { get; private set; }

    /// <summary>Whether the model that calls now has been told anything from outside.</summary>
    public Func<bool> HasReadStrangers { get; set; } = () => true;

    private ApprovalBook Book => new(Laboratory.ApprovalsIn(Data), TimeProvider.System);

    public HeldConversation Hold(string kind) => HeldConversation.Open(new ConversationSetup(kind, "ada", Policy.Now, Data, View, new Secrets(), TimeProvider.System));

    public void Dispose()
    {
        Finish();
        _bench.Dispose();
        _folder.Dispose();
    }

    /// <summary>What goes on beside a conversation.</summary>
    public void GoOn()
    {
        if (_random.Next(2) == 0) Finish();
        if (_random.Next(4) > 0) DecideAsync().GetAwaiter().GetResult();
        if (Limits != new PeoplesLimits()) Allow(new PeoplesLimits());
        else if (_random.Next(40) == 0) Allow(Whims[_random.Next(Whims.Length)]);
    }

    /// <summary>Runs the campaign that waits for it, to its end.</summary>
    public void Finish()
    {
        if (_underWay is not { } campaign) return;
        _underWay = null;
        using var lab = campaign.Lab;
        lab.Run(up => up.RunAsync(campaign.Id, CancellationToken.None)).Phase.Should().Be(CampaignPhase.Ended, campaign.Id);
    }

    private async Task DecideAsync()
    {
        var (book, policy) = (Book, Policy.Now());
        if (book.Read() is not { Count: > 0 } states) return;
        var request = states[^Math.Min(states.Count, _random.Next(1, 3))].Request;
        var stranger = Others[_random.Next(Others.Length)];
        (await book.DecideAsync(request, stranger, null, policy, default)).Hindrance.Should().NotBeNull(stranger);
        Strangers++;

        if ((await book.DecideAsync(request, "grace", _random.Next(6) == 0 ? "not today" : null, policy, default)) is { Hindrance: null, State.Given: not null }) Approved.Add(request);
    }

    private Task<ReadyCampaign> ReadyAsync(CampaignPlan plan, CancellationToken cancellation)
    {
        if (_underWay is not null) throw new NotReadyException("a campaign of this conversation is on record already; one runs at a time");
        var lab = VirtualLaboratory.Of(_settings.Now.Configuration, InstrumentFamilies.BuiltIn, _time, null);
        try
        {
            return Task.FromResult(lab.Run(up => up.ReadyAsync(plan, authorised => Begin(lab, plan, authorised), () =>
            {
                lab.Dispose();
                return ValueTask.CompletedTask;
            }, cancellation)));
        }
        catch
        {
            lab.Dispose();
            throw;
        }
    }

    private BegunCampaign Begin(VirtualLaboratory lab, CampaignPlan plan, CampaignAuthorised authorised)
    {
        var id = lab.Laboratory.Begin(plan, authorised.Person, authorised);
        _underWay = (lab, id);
        Begun.Add(new SeenBegin(id, authorised, Limits, HasReadStrangers()));
        return new BegunCampaign(id, "begins soon");
    }

    private LabAutomation.Lab.Commands.Settings Read()
    {
        try
        {
            return new(new ConfigurationBuilder().AddJsonFile(_folder.At("lab.json")).AddInMemoryCollection([new("Lab:DataDirectory", Data)]).Build(), InstrumentFamilies.BuiltIn) { File = _folder.At("lab.json") };
        }
        catch (InvalidDataException error)
        {
            throw new LabException(LabFault.Configuration, "it cannot be read", error);
        }
    }

    private void Allow(PeoplesLimits limits)
    {
        Limits = limits;
        File.WriteAllText(_folder.At("lab.json"), limits.IsReadable ? Configuration(limits) : "{");
    }

    /// <summary>As people write it down.</summary>
    public static string Configuration(PeoplesLimits limits)
    {
        var lab = JsonNode.Parse(File.ReadAllText(Path.Combine(LabProcess.Root, "appsettings.json")))!.AsObject();
        lab["Instruments"]![0]!["Limits"] = new JsonArray($"dispense.volume <= {limits.Most.ToString(System.Globalization.CultureInfo.InvariantCulture)} mL");
        var policy = new JsonObject
        {
            ["Envelope"] = new JsonObject { ["Instruments"] = new JsonArray([.. Instruments.Select(name => (JsonNode)name)]), ["Trials"] = limits.Trials, ["Hours"] = Hours, ["Stock"] = new JsonObject(Stock.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Key, one.Value))) },
            ["Approval"] = new JsonObject { ["Hours"] = 24, ["OtherPerson"] = true, ["Approvers"] = new JsonArray("grace") },
        };
        foreach (var role in Roles) policy[role] = new JsonObject { ["Calls"] = role == "Planner" ? CallsOfPlanner : CallsOfOthers, ["Simulated"] = 400, ["Trials"] = TrialsOfConversation, ["Volume"] = VolumeOfConversation };
        policy["Planner"]!["Tier"] = limits.RunsAlone ? "run-inside-envelope" : "run-with-approval";
        lab["Policy"] = policy;
        return lab.ToJsonString();
    }
}
