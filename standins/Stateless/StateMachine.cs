namespace Stateless;

/// <summary>A finite state machine: states, the triggers each of them accepts, and what happens on the way. Not safe for several threads.</summary>
public partial class StateMachine<TState, TTrigger>
    where TState : notnull
    where TTrigger : notnull
{
    private readonly Dictionary<TState, StateNode> _nodes = [];
    private readonly Dictionary<TTrigger, TriggerWithParameters> _parameters = [];
    private readonly Func<TState> _read;
    private readonly Action<TState> _write;
    private readonly TState _initialState;
    private readonly FiringMode _firingMode;
    private readonly Queue<(TTrigger Trigger, object?[] Arguments)> _waiting = new();
    private bool _firing;
    private Action<TState, TTrigger, ICollection<string>?> _onUnhandled = RefuseTrigger;
    private Action<Transition>? _onTransitioned;
    private Action<Transition>? _onTransitionCompleted;

    /// <summary>A machine that keeps its own state and queues triggers.</summary>
    public StateMachine(TState initialState)
        : this(initialState, FiringMode.Queued)
    {
    }

    public StateMachine(TState initialState, FiringMode firingMode)
    {
        var current = initialState;
        _read = () => current;
        _write = state => current = state;
        _initialState = initialState;
        _firingMode = firingMode;
    }

    /// <summary>A machine whose state is kept elsewhere and that queues triggers.</summary>
    public StateMachine(Func<TState> stateAccessor, Action<TState> stateMutator)
        : this(stateAccessor, stateMutator, FiringMode.Queued)
    {
    }

    public StateMachine(Func<TState> stateAccessor, Action<TState> stateMutator, FiringMode firingMode)
    {
        _read = stateAccessor ?? throw new ArgumentNullException(nameof(stateAccessor));
        _write = stateMutator ?? throw new ArgumentNullException(nameof(stateMutator));
        _initialState = stateAccessor();
        _firingMode = firingMode;
    }

    public TState State => _read();

    private StateNode Current => Node(State);

    public StateConfiguration Configure(TState state) => new(this, Node(state));

    /// <summary>Whether the machine is in this state or in one of its substates.</summary>
    public bool IsInState(TState state) => Current.IsIncludedIn(state);

    /// <summary>Runs the activation actions of the current state, superstates first.</summary>
    public void Activate() => Current.Activate();

    /// <summary>Runs the deactivation actions of the current state, superstates last.</summary>
    public void Deactivate() => Current.Deactivate();

    /// <summary>Replaces the exception that a trigger without a permitted transition causes.</summary>
    public void OnUnhandledTrigger(Action<TState, TTrigger> unhandledTriggerAction)
    {
        ArgumentNullException.ThrowIfNull(unhandledTriggerAction);
        _onUnhandled = (state, trigger, _) => unhandledTriggerAction(state, trigger);
    }

    /// <summary>As above; the action also learns which guards were not met, or null when the trigger is not configured at all.</summary>
    public void OnUnhandledTrigger(Action<TState, TTrigger, ICollection<string>?> unhandledTriggerAction) =>
        _onUnhandled = unhandledTriggerAction ?? throw new ArgumentNullException(nameof(unhandledTriggerAction));

    /// <summary>Is told of every transition after the state has changed and before the entry actions run.</summary>
    public void OnTransitioned(Action<Transition> onTransitionAction) =>
        _onTransitioned += onTransitionAction ?? throw new ArgumentNullException(nameof(onTransitionAction));

    /// <summary>Is told of every transition after the entry actions have run.</summary>
    public void OnTransitionCompleted(Action<Transition> onTransitionAction) =>
        _onTransitionCompleted += onTransitionAction ?? throw new ArgumentNullException(nameof(onTransitionAction));

    /// <summary>The triggers that can be fired now, with the given arguments.</summary>
    [Obsolete("The official package marks this member obsolete; await GetPermittedTriggersAsync.")]
    public IEnumerable<TTrigger> GetPermittedTriggers(params object?[] args) => [.. Current.PermittedTriggers(args)];

    /// <summary>The triggers that can be fired now, with the given arguments; the task is always completed.</summary>
    public Task<IEnumerable<TTrigger>> GetPermittedTriggersAsync(params object?[] args) =>
        Task.FromResult<IEnumerable<TTrigger>>([.. Current.PermittedTriggers(args)]);

    public override string ToString() =>
        $"StateMachine {{ State = {State}, PermittedTriggers = {{ {string.Join(", ", Current.PermittedTriggers([]))} }}}}";

    private static void RefuseTrigger(TState state, TTrigger trigger, ICollection<string>? unmetGuards) =>
        throw new InvalidOperationException(unmetGuards is { Count: > 0 }
            ? $"Trigger '{trigger}' is not permitted in state '{state}' now: {string.Join(", ", unmetGuards)}."
            : $"State '{state}' has no transition for trigger '{trigger}'; permit or ignore it.");

    // The default comparers, and not Equals, which would box a state or trigger that is an enum.
    private static bool Same(TState one, TState other) => EqualityComparer<TState>.Default.Equals(one, other);

    private static bool SameTrigger(TTrigger one, TTrigger? other) => EqualityComparer<TTrigger>.Default.Equals(one, other);

    private StateNode Node(TState state)
    {
        if (!_nodes.TryGetValue(state, out var node))
            _nodes.Add(state, node = new StateNode(state));
        return node;
    }
}
