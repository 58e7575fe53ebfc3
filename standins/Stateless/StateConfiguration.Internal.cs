namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    public partial class StateConfiguration
    {
        /// <summary>Acts without leaving the state: neither exit nor entry actions run.</summary>
        public StateConfiguration InternalTransition(TTrigger trigger, Action internalAction) =>
            InternalTransitionIf(trigger, _ => true, internalAction);

        public StateConfiguration InternalTransition(TTrigger trigger, Action<Transition> entryAction) =>
            InternalTransitionIf(trigger, _ => true, entryAction);

        public StateConfiguration InternalTransition<TArg0>(
            TriggerWithParameters<TArg0> trigger, Action<TArg0, Transition> internalAction) =>
            InternalTransitionIf(trigger, _ => true, internalAction);

        public StateConfiguration InternalTransition<TArg0, TArg1>(
            TriggerWithParameters<TArg0, TArg1> trigger, Action<TArg0, TArg1, Transition> internalAction) =>
            InternalTransitionIf(trigger, (_, _) => true, internalAction);

        public StateConfiguration InternalTransition<TArg0, TArg1, TArg2>(
            TriggerWithParameters<TArg0, TArg1, TArg2> trigger, Action<TArg0, TArg1, TArg2, Transition> internalAction) =>
            InternalTransitionIf(trigger, (_, _, _) => true, internalAction);

        /// <param name="trigger">The trigger.</param>
        /// <param name="guard">Sees the arguments the trigger is fired with.</param>
        /// <param name="internalAction">What is done.</param>
        /// <param name="guardDescription">How refusals and graphs name the guard.</param>
        public StateConfiguration InternalTransitionIf(
            TTrigger trigger, Func<object?[], bool> guard, Action internalAction, string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(internalAction);
            return Add(new Behaviour.Internal(trigger, Guard.FromArguments(guard, guardDescription), (_, _) => internalAction()));
        }

        public StateConfiguration InternalTransitionIf(
            TTrigger trigger, Func<object?[], bool> guard, Action<Transition> entryAction, string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(entryAction);
            return Add(new Behaviour.Internal(trigger, Guard.FromArguments(guard, guardDescription), (t, _) => entryAction(t)));
        }

        public StateConfiguration InternalTransitionIf<TArg0>(
            TriggerWithParameters<TArg0> trigger,
            Func<TArg0, bool> guard,
            Action<TArg0, Transition> internalAction,
            string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(internalAction);
            return Add(new Behaviour.Internal(
                trigger.Trigger,
                Guard.From(guard, guardDescription),
                (t, a) => internalAction(Arguments.Take<TArg0>(a, 0), t)));
        }

        public StateConfiguration InternalTransitionIf<TArg0, TArg1>(
            TriggerWithParameters<TArg0, TArg1> trigger,
            Func<TArg0, TArg1, bool> guard,
            Action<TArg0, TArg1, Transition> internalAction,
            string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(internalAction);
            return Add(new Behaviour.Internal(
                trigger.Trigger,
                Guard.From(guard, guardDescription),
                (t, a) => internalAction(Arguments.Take<TArg0>(a, 0), Arguments.Take<TArg1>(a, 1), t)));
        }

        public StateConfiguration InternalTransitionIf<TArg0, TArg1, TArg2>(
            TriggerWithParameters<TArg0, TArg1, TArg2> trigger,
            Func<TArg0, TArg1, TArg2, bool> guard,
            Action<TArg0, TArg1, TArg2, Transition> internalAction,
            string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(internalAction);
            return Add(new Behaviour.Internal(
                trigger.Trigger,
                Guard.From(guard, guardDescription),
                (t, a) => internalAction(Arguments.Take<TArg0>(a, 0), Arguments.Take<TArg1>(a, 1), Arguments.Take<TArg2>(a, 2), t)));
        }
    }
}
