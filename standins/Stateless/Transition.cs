namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    /// <summary>One change of state, as actions and listeners see it.</summary>
    public class Transition(TState source, TState destination, TTrigger trigger, object?[]? parameters = null)
    {
        public TState Source { get; } = source;

        public TState Destination { get; } = destination;

        public TTrigger Trigger { get; } = trigger;

        public bool IsReentry => Same(Source, Destination);

        /// <summary>The arguments the trigger was fired with; empty when there were none.</summary>
        public object?[] Parameters { get; } = parameters ?? [];
    }

    /// <summary>The step from a state into the substate named by its initial transition.</summary>
    public class InitialTransition(TState source, TState destination, TTrigger trigger, object?[]? parameters = null)
        : Transition(source, destination, trigger, parameters);
}
