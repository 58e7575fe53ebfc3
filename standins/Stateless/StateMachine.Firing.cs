namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    /// <exception cref="InvalidOperationException">The current state permits no transition for the trigger, or more than one.</exception>
    public void Fire(TTrigger trigger) => Accept(trigger, []);

    public void Fire(TriggerWithParameters trigger, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        Accept(trigger.Trigger, args);
    }

    public void Fire<TArg0>(TriggerWithParameters<TArg0> trigger, TArg0 arg0)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        Accept(trigger.Trigger, [arg0]);
    }

    public void Fire<TArg0, TArg1>(TriggerWithParameters<TArg0, TArg1> trigger, TArg0 arg0, TArg1 arg1)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        Accept(trigger.Trigger, [arg0, arg1]);
    }

    public void Fire<TArg0, TArg1, TArg2>(TriggerWithParameters<TArg0, TArg1, TArg2> trigger, TArg0 arg0, TArg1 arg1, TArg2 arg2)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        Accept(trigger.Trigger, [arg0, arg1, arg2]);
    }

    /// <summary>In queued mode a trigger that throws leaves those behind it in the queue; they are handled with the next one fired.</summary>
    private void Accept(TTrigger trigger, object?[] arguments)
    {
        if (_firingMode == FiringMode.Immediate)
        {
            Handle(trigger, arguments);
            return;
        }

        _waiting.Enqueue((trigger, arguments));
        if (_firing)
            return;
        _firing = true;
        try
        {
            while (_waiting.TryDequeue(out var next))
                Handle(next.Trigger, next.Arguments);
        }
        finally
        {
            _firing = false;
        }
    }

    private void Handle(TTrigger trigger, object?[] arguments)
    {
        if (_parameters.TryGetValue(trigger, out var declared))
            declared.ValidateParameters(arguments);

        var source = State;
        var node = Node(source);
        var choice = node.Choose(trigger, arguments);
        if (!choice.IsPermitted)
        {
            _onUnhandled(source, trigger, choice.UnmetGuards);
            return;
        }

        switch (choice.Behaviour)
        {
            case Behaviour.Internal inner:
                inner.Act(inner.TransitionTo(source, source, arguments), arguments);
                break;
            case Behaviour.Reentry reentry:
                Reenter(node, reentry.TransitionTo(reentry.Destination, source, arguments));
                break;
            // A superstate's transition into the substate that is current already would be a re-entry nobody asked for.
            case Behaviour.Fixed permitted when !Same(source, permitted.Destination):
                Move(node, permitted.TransitionTo(permitted.Destination, source, arguments));
                break;
            case Behaviour.Dynamic dynamic:
                Move(node, dynamic.TransitionTo(dynamic.Select(arguments), source, arguments));
                break;
        }
    }

    private void Move(StateNode from, Transition transition)
    {
        from.Exit(transition);
        _write(transition.Destination);
        _onTransitioned?.Invoke(transition);

        var reached = EnterAndDescend(Node(transition.Destination), transition);
        if (!Same(reached.State, State))
            _write(reached.State);
        if (_onTransitionCompleted is not null)
            _onTransitionCompleted(Same(State, transition.Destination) ? transition : new Transition(transition.Source, State, transition.Trigger, transition.Parameters));
    }

    /// <summary>A superstate that is re-entered from a substate is left and entered itself, as its own source and destination.</summary>
    private void Reenter(StateNode from, Transition transition)
    {
        from.Exit(transition);
        var node = Node(transition.Destination);
        if (!transition.IsReentry)
        {
            transition = new Transition(transition.Destination, transition.Destination, transition.Trigger, transition.Parameters);
            node.Exit(transition);
        }

        _onTransitioned?.Invoke(transition);
        var reached = EnterAndDescend(node, transition);
        _onTransitionCompleted?.Invoke(transition);
        _write(reached.State);
    }

    private StateNode EnterAndDescend(StateNode node, Transition transition)
    {
        node.Enter(transition, transition.Parameters);

        // With immediate firing an entry action may have moved the machine on already.
        if (_firingMode == FiringMode.Immediate && !Same(State, transition.Destination))
        {
            node = Node(State);
            transition = new Transition(transition.Source, State, transition.Trigger, transition.Parameters);
        }

        if (!node.HasInitialTransition)
            return node;
        var below = node.InitialSubstate();
        _onTransitioned?.Invoke(new Transition(transition.Destination, below.State, transition.Trigger, transition.Parameters));
        return EnterAndDescend(below, new InitialTransition(transition.Source, below.State, transition.Trigger, transition.Parameters));
    }
}
