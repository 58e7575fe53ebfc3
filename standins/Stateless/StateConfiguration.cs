using Stateless.Reflection;

namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    /// <summary>Configures one state; every call returns the same object, so that calls can be chained.</summary>
    public sealed partial class StateConfiguration
    {
        private readonly StateNode _node;

        internal StateConfiguration(StateMachine<TState, TTrigger> machine, StateNode node)
        {
            Machine = machine;
            _node = node;
        }

        public TState State => _node.State;

        public StateMachine<TState, TTrigger> Machine { get; }

        /// <summary>Triggers this state does not handle are handled by the superstate, whose entry and exit actions enclose this state's.</summary>
        /// <exception cref="ArgumentException">The state would come to lie inside itself.</exception>
        public StateConfiguration SubstateOf(TState superstate)
        {
            var above = Machine.Node(superstate);
            if (above.IsIncludedIn(State))
                throw new ArgumentException($"'{State}' cannot be a substate of '{superstate}': it would lie inside itself.");
            _node.Superstate = above;
            above.Substates.Add(_node);
            return this;
        }

        /// <summary>The substate that is entered whenever this state is entered itself.</summary>
        public StateConfiguration InitialTransition(TState targetState)
        {
            if (_node.HasInitialTransition)
                throw new InvalidOperationException($"'{State}' has an initial transition already, to '{_node.InitialTarget}'.");
            if (targetState.Equals(State))
                throw new ArgumentException(
                    $"The initial transition of '{State}' must lead to one of its substates, not to itself.", nameof(targetState));
            _node.SetInitialTarget(targetState);
            return this;
        }

        public StateConfiguration OnActivate(Action activateAction, string? activateActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(activateAction);
            _node.ActivateActions.Add(new(activateAction, InvocationInfo.Of(activateAction, activateActionDescription)));
            return this;
        }

        public StateConfiguration OnDeactivate(Action deactivateAction, string? deactivateActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(deactivateAction);
            _node.DeactivateActions.Add(new(deactivateAction, InvocationInfo.Of(deactivateAction, deactivateActionDescription)));
            return this;
        }

        public StateConfiguration OnExit(Action exitAction, string? exitActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(exitAction);
            _node.ExitActions.Add(new(_ => exitAction(), InvocationInfo.Of(exitAction, exitActionDescription)));
            return this;
        }

        public StateConfiguration OnExit(Action<Transition> exitAction, string? exitActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(exitAction);
            _node.ExitActions.Add(new(exitAction, InvocationInfo.Of(exitAction, exitActionDescription)));
            return this;
        }

        private StateConfiguration Add(Behaviour behaviour)
        {
            _node.Add(behaviour);
            return this;
        }
    }
}
