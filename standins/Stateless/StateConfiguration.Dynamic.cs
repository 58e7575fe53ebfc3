using Stateless.Reflection;

namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    public partial class StateConfiguration
    {
        /// <summary>The destination is computed when the trigger is fired; this state itself may be the answer.</summary>
        /// <param name="trigger">The trigger.</param>
        /// <param name="destinationStateSelector">Computes the destination.</param>
        /// <param name="destinationStateSelectorDescription">How graphs name the computation.</param>
        /// <param name="possibleDestinationStates">Where it may lead, for graphs; not enforced.</param>
        public StateConfiguration PermitDynamic(
            TTrigger trigger,
            Func<TState> destinationStateSelector,
            string? destinationStateSelectorDescription = null,
            DynamicStateInfos? possibleDestinationStates = null)
        {
            ArgumentNullException.ThrowIfNull(destinationStateSelector);
            var selector = InvocationInfo.Of(destinationStateSelector, destinationStateSelectorDescription);
            return Add(new Behaviour.Dynamic(trigger, Guard.None, _ => destinationStateSelector(), selector, possibleDestinationStates));
        }

        public StateConfiguration PermitDynamic<TArg0>(
            TriggerWithParameters<TArg0> trigger,
            Func<TArg0, TState> destinationStateSelector,
            string? destinationStateSelectorDescription = null,
            DynamicStateInfos? possibleDestinationStates = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(destinationStateSelector);
            return Add(new Behaviour.Dynamic(
                trigger.Trigger,
                Guard.None,
                a => destinationStateSelector(Arguments.Take<TArg0>(a, 0)),
                InvocationInfo.Of(destinationStateSelector, destinationStateSelectorDescription),
                possibleDestinationStates));
        }

        public StateConfiguration PermitDynamic<TArg0, TArg1>(
            TriggerWithParameters<TArg0, TArg1> trigger,
            Func<TArg0, TArg1, TState> destinationStateSelector,
            string? destinationStateSelectorDescription = null,
            DynamicStateInfos? possibleDestinationStates = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(destinationStateSelector);
            return Add(new Behaviour.Dynamic(
                trigger.Trigger,
                Guard.None,
                a => destinationStateSelector(Arguments.Take<TArg0>(a, 0), Arguments.Take<TArg1>(a, 1)),
                InvocationInfo.Of(destinationStateSelector, destinationStateSelectorDescription),
                possibleDestinationStates));
        }

        public StateConfiguration PermitDynamic<TArg0, TArg1, TArg2>(
            TriggerWithParameters<TArg0, TArg1, TArg2> trigger,
            Func<TArg0, TArg1, TArg2, TState> destinationStateSelector,
            string? destinationStateSelectorDescription = null,
            DynamicStateInfos? possibleDestinationStates = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(destinationStateSelector);
            return Add(new Behaviour.Dynamic(
                trigger.Trigger,
                Guard.None,
                a => destinationStateSelector(Arguments.Take<TArg0>(a, 0), Arguments.Take<TArg1>(a, 1), Arguments.Take<TArg2>(a, 2)),
                InvocationInfo.Of(destinationStateSelector, destinationStateSelectorDescription),
                possibleDestinationStates));
        }

        public StateConfiguration PermitDynamicIf(
            TTrigger trigger,
            Func<TState> destinationStateSelector,
            Func<bool> guard,
            string? guardDescription = null,
            DynamicStateInfos? possibleDestinationStates = null) =>
            PermitDynamicIf(trigger, destinationStateSelector, null, guard, guardDescription, possibleDestinationStates);

        public StateConfiguration PermitDynamicIf(
            TTrigger trigger,
            Func<TState> destinationStateSelector,
            string? destinationStateSelectorDescription,
            Func<bool> guard,
            string? guardDescription = null,
            DynamicStateInfos? possibleDestinationStates = null)
        {
            ArgumentNullException.ThrowIfNull(destinationStateSelector);
            return PermitDynamic(
                trigger,
                _ => destinationStateSelector(),
                destinationStateSelectorDescription,
                Guard.From(guard, guardDescription),
                possibleDestinationStates);
        }

        public StateConfiguration PermitDynamicIf<TArg0>(
            TriggerWithParameters<TArg0> trigger,
            Func<TArg0, TState> destinationStateSelector,
            Func<TArg0, bool> guard,
            string? guardDescription = null,
            DynamicStateInfos? possibleDestinationStates = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(destinationStateSelector);
            return PermitDynamic(
                trigger.Trigger,
                a => destinationStateSelector(Arguments.Take<TArg0>(a, 0)),
                null,
                Guard.From(guard, guardDescription),
                possibleDestinationStates);
        }

        public StateConfiguration PermitDynamicIf<TArg0, TArg1>(
            TriggerWithParameters<TArg0, TArg1> trigger,
            Func<TArg0, TArg1, TState> destinationStateSelector,
            Func<TArg0, TArg1, bool> guard,
            string? guardDescription = null,
            DynamicStateInfos? possibleDestinationStates = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(destinationStateSelector);
            return PermitDynamic(
                trigger.Trigger,
                a => destinationStateSelector(Arguments.Take<TArg0>(a, 0), Arguments.Take<TArg1>(a, 1)),
                null,
                Guard.From(guard, guardDescription),
                possibleDestinationStates);
        }

        public StateConfiguration PermitDynamicIf<TArg0, TArg1, TArg2>(
            TriggerWithParameters<TArg0, TArg1, TArg2> trigger,
            Func<TArg0, TArg1, TArg2, TState> destinationStateSelector,
            Func<TArg0, TArg1, TArg2, bool> guard,
            string? guardDescription = null,
            DynamicStateInfos? possibleDestinationStates = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(destinationStateSelector);
            return PermitDynamic(
                trigger.Trigger,
                a => destinationStateSelector(Arguments.Take<TArg0>(a, 0), Arguments.Take<TArg1>(a, 1), Arguments.Take<TArg2>(a, 2)),
                null,
                Guard.From(guard, guardDescription),
                possibleDestinationStates);
        }

        /// <summary>A guarded selector is described by the caller or not at all: the name of its method is not shown.</summary>
        private StateConfiguration PermitDynamic(
            TTrigger trigger, Func<object?[], TState> select, string? description, Guard[] guards, DynamicStateInfos? possible) =>
            Add(new Behaviour.Dynamic(trigger, guards, select, InvocationInfo.Of(select, description), possible));
    }
}
