namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    public partial class StateConfiguration
    {
        /// <summary>Leaves this state and enters it again.</summary>
        public StateConfiguration PermitReentry(TTrigger trigger) => Add(new Behaviour.Reentry(trigger, Guard.None, State));

        public StateConfiguration PermitReentryIf(TTrigger trigger, Func<bool> guard, string? guardDescription = null) =>
            Add(new Behaviour.Reentry(trigger, Guard.From(guard, guardDescription), State));

        public StateConfiguration PermitReentryIf(TTrigger trigger, params Tuple<Func<bool>, string>[] guards) =>
            Add(new Behaviour.Reentry(trigger, Guard.From(guards), State));

        public StateConfiguration PermitReentryIf<TArg0>(
            TriggerWithParameters<TArg0> trigger, Func<TArg0, bool> guard, string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            return Add(new Behaviour.Reentry(trigger.Trigger, Guard.From(guard, guardDescription), State));
        }

        public StateConfiguration PermitReentryIf<TArg0, TArg1>(
            TriggerWithParameters<TArg0, TArg1> trigger, Func<TArg0, TArg1, bool> guard, string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            return Add(new Behaviour.Reentry(trigger.Trigger, Guard.From(guard, guardDescription), State));
        }

        public StateConfiguration PermitReentryIf<TArg0, TArg1, TArg2>(
            TriggerWithParameters<TArg0, TArg1, TArg2> trigger, Func<TArg0, TArg1, TArg2, bool> guard, string? guardDescription = null)
        {
            ArgumentNullException.ThrowIfNull(trigger);
            return Add(new Behaviour.Reentry(trigger.Trigger, Guard.From(guard, guardDescription), State));
        }
    }
}
