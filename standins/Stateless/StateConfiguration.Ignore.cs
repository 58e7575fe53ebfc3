namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    public partial class StateConfiguration
    {
        /// <summary>Accepts the trigger and does nothing.</summary>
        public StateConfiguration Ignore(TTrigger trigger) => Add(new Behaviour.Ignored(trigger, Guard.None));

        public StateConfiguration IgnoreIf(TTrigger trigger, Func<bool> guard, string? guardDescription = null) =>
            Add(new Behaviour.Ignored(trigger, Guard.From(guard, guardDescription)));

        public StateConfiguration IgnoreIf(TTrigger trigger, params Tuple<Func<bool>, string>[] guards) =>
            Add(new Behaviour.Ignored(trigger, Guard.From(guards)));

        public StateConfiguration IgnoreIf<TArg0>(
            TriggerWithParameters<TArg0> trigger, Func<TArg0, bool> guard, string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            return Add(new Behaviour.Ignored(trigger.Trigger, Guard.From(guard, guardDescription)));
        }

        public StateConfiguration IgnoreIf<TArg0, TArg1>(
            TriggerWithParameters<TArg0, TArg1> trigger, Func<TArg0, TArg1, bool> guard, string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            return Add(new Behaviour.Ignored(trigger.Trigger, Guard.From(guard, guardDescription)));
        }

        public StateConfiguration IgnoreIf<TArg0, TArg1, TArg2>(
            TriggerWithParameters<TArg0, TArg1, TArg2> trigger, Func<TArg0, TArg1, TArg2, bool> guard, string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            return Add(new Behaviour.Ignored(trigger.Trigger, Guard.From(guard, guardDescription)));
        }
    }
}
