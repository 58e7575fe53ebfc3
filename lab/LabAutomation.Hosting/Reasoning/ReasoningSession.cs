using System.Linq.Expressions;
using Akka.Actor;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;

namespace LabAutomation.Hosting;

/// <summary>A conversation with reasoning agents: their models, their record, the gate before their tools.</summary>
public sealed class ReasoningSession : IAsyncDisposable
{
    private readonly Stack<Action> _undo = new();
    private readonly ActorSystem _agents;
    private readonly ReasoningRecord _record;
    private readonly Dictionary<string, IActorRef> _actors = [];
    private readonly IActorRef _planning;

    private ReasoningSession(ReasoningSetup setup, IReadOnlyDictionary<string, ModelChoice> models, HttpClient http)
    {
        var directory = setup.DataDirectory;
        try
        {
            _undo.Push(http.Dispose);
            _undo.Push(ReasoningDirectory.Hold(directory).Dispose);
            var ledger = Ledger.Open(ReasoningDirectory.ConversationsIn(directory), setup.Clock);
            _undo.Push(ledger.Dispose);
            var policy = setup.Policy.ToPolicy();
            _record = ReasoningRecord.Begin(ledger, new ConversationBegun(setup.Kind, setup.Person, policy.Envelope.Sha256, Software.Versions));
            var secrets = new Secrets(models.Values.Select(model => model.Key));
            var approvals = new ApprovalBook(ReasoningDirectory.ApprovalsIn(directory), setup.Clock);
            var gate = new ToolGate(policy, LabTools.Of(_record, setup.View, policy), _record, approvals, secrets, setup.Clock);
            var deadlines = new Deadlines(TimeSpan.FromSeconds(setup.Reasoning.Deadline), TimeSpan.FromSeconds(setup.Reasoning.Silence));
            _agents = ActorSystem.Create("reasoning", ActorLog.Alone);
            foreach (var (name, choice) in models)
            {
                var agent = new ReasoningAgent(
                    ReasoningRole.All.First(role => role.Name == name), choice, EndpointModel.Open(choice, http), gate, _record, Account(name), deadlines, secrets, setup.Clock);
                _actors[name] = Start(() => new ReasoningActor(agent, setup.View.OpenLedger, setup.Show), name);
            }

            var (planner, critic, record, account) = (_actors.GetValueOrDefault("planner", ActorRefs.Nobody), _actors.GetValueOrDefault("critic", ActorRefs.Nobody), _record, Account("planner"));
            _planning = Start(() => new PlanningActor(planner, critic, record, gate, account, deadlines, setup.Clock, setup.Show), "planning");
        }
        catch
        {
            Undo();
            throw;
        }

        Account Account(string role) => new(new Caller(setup.Person, role, _record.Conversation), setup.Clock);
    }

    /// <summary>As the record names it, such as <c>ask-3</c>.</summary>
    public string Conversation => _record.Conversation;

    /// <exception cref="LabException">A model is not configured, or another conversation is held.</exception>
    /// <exception cref="LedgerException">The record cannot be opened.</exception>
    public static async Task<ReasoningSession> OpenAsync(ReasoningSetup setup, CancellationToken cancellation)
    {
        var http = EndpointModel.Client();
        try
        {
            var models = new Dictionary<string, ModelChoice>();
            foreach (var role in setup.Roles) models[role.Name] = await ModelDirectory.FindAsync(setup.Reasoning, role.Name, http, setup.Clock, cancellation);
            return new ReasoningSession(setup, models, http);
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    /// <summary>Asks one agent. It answers within its deadlines, or says why it does not.</summary>
    public Task<ReasoningMessage> AskAsync(ReasoningRole role, string text, CancellationToken cancellation) =>
        _actors[role.Name].Ask<ReasoningMessage>(new ReasoningMessage.Ask("person", text, Label.Trusted), Timeout.InfiniteTimeSpan, cancellation);

    /// <summary>From a goal to a campaign; each step has its deadline.</summary>
    public Task<ReasoningMessage> PlanAsync(string goal, CancellationToken cancellation) =>
        _planning.Ask<ReasoningMessage>(new ReasoningMessage.Plan(goal), Timeout.InfiniteTimeSpan, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _agents.Terminate();
        try
        {
            _record.Write(new ConversationEnded("over"));
        }
        finally
        {
            Undo();
        }
    }

    private IActorRef Start<T>(Expression<Func<T>> make, string name) where T : ActorBase => _agents.ActorOf(Props.Create(make), name);

    private void Undo()
    {
        while (_undo.TryPop(out var undo)) undo();
    }
}

/// <summary>What a conversation is held with.</summary>
/// <param name="Kind">ask, plan or narrate.</param>
/// <param name="Roles">The agents that take part.</param>
/// <param name="Show">For whoever watches; called from any thread, and returns at once.</param>
/// <param name="Clock">The wall clock.</param>
public sealed record ReasoningSetup(
    string Kind, string Person, IReadOnlyList<ReasoningRole> Roles, ReasoningOptions Reasoning, PolicyOptions Policy, string DataDirectory, LabView View, Action<ReasoningNotice> Show, TimeProvider Clock);
