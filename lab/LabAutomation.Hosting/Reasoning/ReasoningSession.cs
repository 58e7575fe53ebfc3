using System.Linq.Expressions;
using Akka.Actor;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;

namespace LabAutomation.Hosting;

/// <summary>A conversation with reasoning agents: their models, their record, the gate before their tools.</summary>
public sealed class ReasoningSession : IAsyncDisposable
{
    /// <summary>For turns and calls that were cut off to write that down.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyCollection<EndpointLine> _lines;
    private readonly TimeProvider _clock;
    private readonly HeldConversation _held;
    private readonly ActorSystem _agents;
    private readonly Dictionary<string, IActorRef> _actors = [];
    private readonly IActorRef _planning;

    private ReasoningSession(ReasoningSetup setup, IReadOnlyDictionary<string, (ModelChoice Choice, EndpointLine Line)> models)
    {
        var secrets = new Secrets(models.Values.Select(model => model.Choice.Key).Concat(ModelDirectory.Keys(setup.Reasoning)));
        (_lines, _clock) = ([.. models.Values.Select(model => model.Line)], setup.Clock);
        _held = HeldConversation.Open(new ConversationSetup(setup.Kind, setup.Person, setup.Policy, setup.DataDirectory, setup.View, secrets, setup.Clock));
        try
        {
            var (record, gate) = (_held.Record, _held.Gate);
            var deadlines = new Deadlines(TimeSpan.FromSeconds(setup.Reasoning.Deadline), TimeSpan.FromSeconds(setup.Reasoning.Silence));
            _agents = ActorSystem.Create("reasoning", ActorLog.Alone);
            var accounts = models.Keys.Append(ReasoningRole.Planner.Name).Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => new Account(new Caller(setup.Person, name, record.Conversation), setup.Clock), StringComparer.Ordinal);
            foreach (var (name, (choice, line)) in models)
            {
                var agent = new ReasoningAgent(
                    ReasoningRole.All.First(role => role.Name == name), choice, EndpointModel.Open(choice, line), gate, record, accounts[name], deadlines, secrets, setup.Clock) { Line = line };
                _actors[name] = Start(() => new ReasoningActor(agent, setup.View.OpenLedger, setup.Show), name);
            }

            var (planner, critic, account) = (_actors.GetValueOrDefault("planner", ActorRefs.Nobody), _actors.GetValueOrDefault("critic", ActorRefs.Nobody), accounts[ReasoningRole.Planner.Name]);
            _planning = Start(() => new PlanningActor(planner, critic, gate, account, deadlines, setup.Clock, setup.Show), "planning");
        }
        catch
        {
            _held.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="ModelDirectory.Keys"/>
    public static IEnumerable<string?> Keys(ReasoningOptions options) => ModelDirectory.Keys(options);

    /// <summary>As the record names it, such as <c>ask-3</c>.</summary>
    public string Conversation => _held.Record.Conversation;

    /// <exception cref="LabException">A model is not configured, or another conversation is held.</exception>
    /// <exception cref="LedgerException">The record cannot be opened.</exception>
    public static async Task<ReasoningSession> OpenAsync(ReasoningSetup setup, CancellationToken cancellation)
    {
        var models = new Dictionary<string, (ModelChoice Choice, EndpointLine Line)>();
        var lines = setup.Roles.ToDictionary(role => role.Name, _ => new EndpointLine());
        try
        {
            foreach (var (role, line) in lines) models[role] = (await ModelDirectory.FindAsync(setup.Reasoning, role, line.Http, setup.Clock, cancellation), line);
            return new ReasoningSession(setup, models);
        }
        catch
        {
            foreach (var line in lines.Values) line.Dispose();
            throw;
        }
    }

    /// <summary>Asks one agent. It answers within its deadlines, or says why it does not.</summary>
    public Task<ReasoningMessage> AskAsync(ReasoningRole role, string text, CancellationToken cancellation) =>
        _actors[role.Name].Ask<ReasoningMessage>(new ReasoningMessage.Ask("person", text, Label.Trusted), Timeout.InfiniteTimeSpan, cancellation);

    /// <summary>From a goal to a campaign; each step has its deadline.</summary>
    public Task<ReasoningMessage> PlanAsync(string goal, CancellationToken cancellation) =>
        _planning.Ask<ReasoningMessage>(new ReasoningMessage.Plan(goal), Timeout.InfiniteTimeSpan, cancellation);

    /// <summary>Ends the conversation, and cuts off what is still under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _agents.Terminate();
        await _held.Record.AtRestAsync(Patience, _clock);
        foreach (var line in _lines) line.Dispose();
        _held.Dispose();
    }

    private IActorRef Start<T>(Expression<Func<T>> make, string name) where T : ActorBase => _agents.ActorOf(Props.Create(make), name);
}

/// <summary>What a conversation is held with.</summary>
/// <param name="Kind">ask, plan or narrate.</param>
/// <param name="Roles">The agents that take part.</param>
/// <param name="Policy">As people have it now.</param>
/// <param name="Show">For whoever watches; called from any thread, and returns at once.</param>
/// <param name="Clock">The wall clock.</param>
public sealed record ReasoningSetup(
    string Kind, string Person, IReadOnlyList<ReasoningRole> Roles, ReasoningOptions Reasoning, Func<LabPolicy> Policy, string DataDirectory, LabView View, Action<ReasoningNotice> Show, TimeProvider Clock);
