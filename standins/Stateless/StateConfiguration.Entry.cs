using Stateless.Reflection;

namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    public partial class StateConfiguration
    {
        public StateConfiguration OnEntry(Action entryAction, string? entryActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(entryAction);
            return OnEntry((_, _) => entryAction(), InvocationInfo.Of(entryAction, entryActionDescription));
        }

        public StateConfiguration OnEntry(Action<Transition> entryAction, string? entryActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(entryAction);
            return OnEntry((t, _) => entryAction(t), InvocationInfo.Of(entryAction, entryActionDescription));
        }

        /// <summary>Acts only when the state was entered because of this trigger.</summary>
        public StateConfiguration OnEntryFrom(TTrigger trigger, Action entryAction, string? entryActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(entryAction);
            return OnEntryFrom(trigger, (_, _) => entryAction(), InvocationInfo.Of(entryAction, entryActionDescription));
        }

        public StateConfiguration OnEntryFrom(TTrigger trigger, Action<Transition> entryAction, string? entryActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(entryAction);
            return OnEntryFrom(trigger, (t, _) => entryAction(t), InvocationInfo.Of(entryAction, entryActionDescription));
        }

        public StateConfiguration OnEntryFrom(TriggerWithParameters trigger, Action<Transition> entryAction, string? entryActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            return OnEntryFrom(trigger.Trigger, entryAction, entryActionDescription);
        }

        public StateConfiguration OnEntryFrom<TArg0>(
            TriggerWithParameters<TArg0> trigger, Action<TArg0> entryAction, string? entryActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(entryAction);
            return OnEntryFrom(
                trigger.Trigger,
                (_, a) => entryAction(Arguments.Take<TArg0>(a, 0)),
                InvocationInfo.Of(entryAction, entryActionDescription));
        }

        public StateConfiguration OnEntryFrom<TArg0>(
            TriggerWithParameters<TArg0> trigger, Action<TArg0, Transition> entryAction, string? entryActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(entryAction);
            return OnEntryFrom(
                trigger.Trigger,
                (t, a) => entryAction(Arguments.Take<TArg0>(a, 0), t),
                InvocationInfo.Of(entryAction, entryActionDescription));
        }

        public StateConfiguration OnEntryFrom<TArg0, TArg1>(
            TriggerWithParameters<TArg0, TArg1> trigger, Action<TArg0, TArg1> entryAction, string? entryActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(entryAction);
            return OnEntryFrom(
                trigger.Trigger,
                (_, a) => entryAction(Arguments.Take<TArg0>(a, 0), Arguments.Take<TArg1>(a, 1)),
                InvocationInfo.Of(entryAction, entryActionDescription));
        }

        public StateConfiguration OnEntryFrom<TArg0, TArg1>(
            TriggerWithParameters<TArg0, TArg1> trigger, Action<TArg0, TArg1, Transition> entryAction, string? entryActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(entryAction);
            return OnEntryFrom(
                trigger.Trigger,
                (t, a) => entryAction(Arguments.Take<TArg0>(a, 0), Arguments.Take<TArg1>(a, 1), t),
                InvocationInfo.Of(entryAction, entryActionDescription));
        }

        public StateConfiguration OnEntryFrom<TArg0, TArg1, TArg2>(
            TriggerWithParameters<TArg0, TArg1, TArg2> trigger, Action<TArg0, TArg1, TArg2> entryAction, string? entryActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(entryAction);
            return OnEntryFrom(
                trigger.Trigger,
                (_, a) => entryAction(Arguments.Take<TArg0>(a, 0), Arguments.Take<TArg1>(a, 1), Arguments.Take<TArg2>(a, 2)),
                InvocationInfo.Of(entryAction, entryActionDescription));
        }

        public StateConfiguration OnEntryFrom<TArg0, TArg1, TArg2>(
            TriggerWithParameters<TArg0, TArg1, TArg2> trigger,
            Action<TArg0, TArg1, TArg2, Transition> entryAction,
            string? entryActionDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            ArgumentNullException.ThrowIfNull(entryAction);
            return OnEntryFrom(
                trigger.Trigger,
                (t, a) => entryAction(Arguments.Take<TArg0>(a, 0), Arguments.Take<TArg1>(a, 1), Arguments.Take<TArg2>(a, 2), t),
                InvocationInfo.Of(entryAction, entryActionDescription));
        }

        private StateConfiguration OnEntry(Action<Transition, object?[]> act, InvocationInfo description)
        {
            _node.EntryActions.Add(new(act, description, OnlyFromTrigger: false, default));
            return this;
        }

        private StateConfiguration OnEntryFrom(TTrigger trigger, Action<Transition, object?[]> act, InvocationInfo description)
        {
            _node.EntryActions.Add(new(act, description, OnlyFromTrigger: true, trigger));
            return this;
        }
    }
}
