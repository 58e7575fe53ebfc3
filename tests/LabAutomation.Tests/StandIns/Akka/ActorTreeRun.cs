using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;

namespace LabAutomation.Tests.StandIns.Akka;

/// <summary>One run of a plan, with what each incarnation of each actor saw.</summary>
internal sealed class ActorTreeRun : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // What an incarnation is allowed to do after what it did last.
    private static readonly Dictionary<string, string[]> Legal = new()
    {
        ["nothing"] = ["construct"],
        ["construct"] = ["PreStart", "PostRestart"],
        ["PostRestart"] = ["PreStart"],
        ["PreStart"] = ["message", "PreRestart", "PostStop for good"],
        ["message"] = ["message", "PreRestart", "PostStop for good"],
        ["PreRestart"] = ["PostStop"],
        ["PostStop"] = ["construct", "PostStop for good"],   // again, if it is stopped while it waits for its children to end
        ["PostStop for good"] = [],
    };

    private readonly ActorTreePlan _plan;
    private readonly ActorSystem _actors = ActorSystem.Create("tree");
    private readonly IActorRef[] _current;
    private readonly ConcurrentDictionary<IActorRef, Incarnation> _incarnations = new();
    private readonly ConcurrentDictionary<(int Sender, int Number), string> _fates = new();
    private readonly ConcurrentDictionary<IActorRef, int> _ends = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly IActorRef _watcher;

    public ActorTreeRun(ActorTreePlan plan)
    {
        _plan = plan;
        _current = new IActorRef[plan.Nodes.Length];
        _watcher = _actors.ActorOf(Props.Create(() => new Watcher(this)), "watcher");
    }

    /// <summary>What went wrong until every actor had ended.</summary>
    public IReadOnlyCollection<string> ToItsEnd()
    {
        Play();
        Until(() => _ends.Count == _incarnations.Count, "every incarnation's end is told");
        _actors.Terminate().Wait(Patience);
        foreach (var (actor, times) in _ends.Where(end => end.Value != 1))
            _wrong.Enqueue($"the end of {actor} was told {times} times");
        foreach (var (actor, incarnation) in _incarnations.Where(it => it.Value.Last != "PostStop for good"))
            _wrong.Enqueue($"{actor} ended after {incarnation.Last}");
        return _wrong;
    }

    /// <summary>What went wrong until every message was accounted for.</summary>
    public IReadOnlyCollection<string> ToTheLastMessage()
    {
        Play();
        var sent = _plan.Senders.Sum(acts => acts.Length);
        Until(() => _fates.Count == sent, "every message is handled or a dead letter");
        return _wrong;
    }

    public void Dispose() => _actors.Dispose();

    private void Play()
    {
        _watcher.Ask("ready?", Patience).Wait(Patience);
        var roots = _plan.Nodes.Where(node => node.Parent < 0).Select(Start(_actors)).ToArray();
        Until(() => Enumerable.Range(0, _current.Length).All(i => Volatile.Read(ref _current[i]) is not null), "all have started");

        var senders = _plan.Senders.Select((acts, sender) => Task.Run(() => Send(sender, acts))).ToArray();
        Task.WaitAll(senders, Patience);
        foreach (var root in roots)
        {
            if (!root.GracefulStop(Patience).Result) _wrong.Enqueue($"{root} did not stop");
        }
    }

    private Func<ActorTreePlan.Node, IActorRef> Start(IActorRefFactory factory) => node =>
        factory.ActorOf(Props.Create(() => new Actor(this, node)).WithSupervisorStrategy(node.Strategy), $"node-{node.Number}");

    private void Send(int sender, ActorTreePlan.Act[] acts)
    {
        for (var i = 0; i < acts.Length; i++)
        {
            var target = Volatile.Read(ref _current[acts[i].Target]);
            target.Tell(new Message(sender, i, acts[i]), ActorRefs.NoSender);
            if (acts[i].What == ActorTreePlan.Does.Poison) target.Tell(PoisonPill.Instance, ActorRefs.NoSender);
            if (acts[i].What == ActorTreePlan.Does.Kill) target.Tell(Kill.Instance, ActorRefs.NoSender);
        }
    }

    private void Note(Message message, string fate)
    {
        if (!_fates.TryAdd((message.Sender, message.Number), fate))
            _wrong.Enqueue($"{message} was {fate} after it had been {_fates[(message.Sender, message.Number)]}");
    }

    private void Until(Func<bool> reached, string what)
    {
        if (!SpinWait.SpinUntil(reached, Patience)) _wrong.Enqueue($"it did not come to it that {what}");
    }

    private sealed record Message(int Sender, int Number, ActorTreePlan.Act Act);

    /// <summary>Unsynchronised on purpose: the actor's turns must make each see what the one before left.</summary>
    private sealed class Incarnation(ActorTreeRun run, IActorRef actor)
    {
        private readonly int[] _lastNumbers = [-1, -1, -1];

        public string Last { get; private set; } = "nothing";

        public void Does(string what)
        {
            if (!Legal[Last].Contains(what)) run._wrong.Enqueue($"{actor} did {what} after {Last}");
            Last = what;
        }

        public void Receives(Message message)
        {
            Does("message");
            if (message.Number <= _lastNumbers[message.Sender])
                run._wrong.Enqueue($"{actor} received {message} after number {_lastNumbers[message.Sender]}");
            _lastNumbers[message.Sender] = message.Number;
        }
    }

    private sealed class Actor : ReceiveActor
    {
        private readonly ActorTreeRun _run;
        private readonly ActorTreePlan.Node _node;
        private readonly Incarnation _incarnation;
        private bool _restarts;

        public Actor(ActorTreeRun run, ActorTreePlan.Node node)
        {
            (_run, _node) = (run, node);
            _incarnation = run._incarnations.GetOrAdd(Self, self => new Incarnation(run, self));
            _incarnation.Does("construct");
            Receive<Terminated>(_ => { });
            Receive<Message>(message =>
            {
                _incarnation.Receives(message);
                run.Note(message, "handled");
                if (message.Act.What == ActorTreePlan.Does.Fail) throw new ActorTreePlan.Planned(message.Act.Kind);
                if (message.Act.What == ActorTreePlan.Does.Stop) Context.Stop(Self);
            });
        }

        protected override void PreStart()
        {
            _incarnation.Does("PreStart");
            _run._watcher.Tell(Self);
            Volatile.Write(ref _run._current[_node.Number], Self);
            foreach (var child in _run._plan.Nodes.Where(other => other.Parent == _node.Number).Select(_run.Start(Context)))
                Context.Watch(child);
        }

        protected override void PreRestart(Exception reason, object message)
        {
            _incarnation.Does("PreRestart");
            _restarts = true;
            base.PreRestart(reason, message);
        }

        protected override void PostStop()
        {
            _incarnation.Does(_restarts ? "PostStop" : "PostStop for good");
            _restarts = false;
        }

        protected override void PostRestart(Exception reason)
        {
            _incarnation.Does("PostRestart");
            base.PostRestart(reason);
        }
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(ActorTreeRun run)
        {
            Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
            var watched = new HashSet<IActorRef>();
            Receive<DeadLetter>(letter => letter.Message is Message, letter => run.Note((Message)letter.Message, "a dead letter"));
            Receive<DeadLetter>(_ => { });
            Receive<IActorRef>(actor =>
            {
                if (watched.Add(actor)) Context.Watch(actor);
            });
            Receive<Terminated>(ended => run._ends.AddOrUpdate(ended.ActorRef, 1, (_, times) => times + 1));
            ReceiveAny(_ => Sender.Tell("ready"));
        }
    }
}
