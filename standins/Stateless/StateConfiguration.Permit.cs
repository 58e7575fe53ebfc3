namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    public partial class StateConfiguration
    {
        /// <exception cref="ArgumentException">The destination is this state; ignore the trigger or permit re-entry.</exception>
        public StateConfiguration Permit(TTrigger trigger, TState destinationState) => Permit(trigger, destinationState, Guard.None);

        public StateConfiguration PermitIf(TTrigger trigger, TState destinationState, Func<bool> guard, string? guardDescription = null) =>
            Permit(trigger, destinationState, Guard.From(guard, guardDescription));

        public StateConfiguration PermitIf(TTrigger trigger, TState destinationState, params Tuple<Func<bool>, string>[] guards) =>
            Permit(trigger, destinationState, Guard.From(guards));

        public StateConfiguration PermitIf<TArg0>(
            TriggerWithParameters<TArg0> trigger, TState destinationState, Func<TArg0, bool> guard, string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            return Permit(trigger.Trigger, destinationState, Guard.From(guard, guardDescription));
        }

        public StateConfiguration PermitIf<TArg0, TArg1>(
            TriggerWithParameters<TArg0, TArg1> trigger, TState destinationState, Func<TArg0, TArg1, bool> guard, string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            return Permit(trigger.Trigger, destinationState, Guard.From(guard, guardDescription));
        }

        public StateConfiguration PermitIf<TArg0, TArg1, TArg2>(
            TriggerWithParameters<TArg0, TArg1, TArg2> trigger,
            TState destinationState,
            Func<TArg0, TArg1, TArg2, bool> guard,
            string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            return Permit(trigger.Trigger, destinationState, Guard.From(guard, guardDescription));
        }

        private StateConfiguration Permit(TTrigger trigger, TState destination, Guard[] guards) => destination.Equals(State)
            ? throw new ArgumentException($"'{State}' cannot permit a transition to itself: use Ignore, PermitReentry or InternalTransition.")
            : Add(new Behaviour.Fixed(trigger, guards, destination));
    }
}
