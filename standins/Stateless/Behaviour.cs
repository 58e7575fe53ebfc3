using Stateless.Reflection;

namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    /// <summary>What a state does with one trigger when all guards are met.</summary>
    internal abstract record Behaviour(TTrigger Trigger, Guard[] Guards)
    {
        public IEnumerable<InvocationInfo> GuardDescriptions => Guards.Select(g => g.Description);

        private Transition? _latest;

        /// <summary>Asks every guard. Null when all are met, so that nothing is allocated on the way of a trigger that is permitted.</summary>
        public List<string>? UnmetGuards(object?[] arguments)
        {
            List<string>? unmet = null;
            foreach (var guard in Guards)
            {
                if (!guard.IsMet(arguments))
                    (unmet ??= []).Add(guard.Description.Description);
            }

            return unmet;
        }

        /// <summary>A transition without arguments never changes, so the latest one serves again.</summary>
        public Transition TransitionTo(TState destination, TState source, object?[] arguments)
        {
            if (arguments.Length > 0)
                return new Transition(source, destination, Trigger, arguments);
            if (_latest is null || !Same(_latest.Source, source) || !Same(_latest.Destination, destination))
                _latest = new Transition(source, destination, Trigger, arguments);
            return _latest;
        }

        public sealed record Ignored(TTrigger Trigger, Guard[] Guards) : Behaviour(Trigger, Guards);

        public sealed record Fixed(TTrigger Trigger, Guard[] Guards, TState Destination) : Behaviour(Trigger, Guards);

        public sealed record Reentry(TTrigger Trigger, Guard[] Guards, TState Destination) : Behaviour(Trigger, Guards);

        public sealed record Internal(TTrigger Trigger, Guard[] Guards, Action<Transition, object?[]> Act) : Behaviour(Trigger, Guards);

        public sealed record Dynamic(
            TTrigger Trigger, Guard[] Guards, Func<object?[], TState> Select, InvocationInfo Selector, DynamicStateInfos? Possible)
            : Behaviour(Trigger, Guards);
    }

    /// <summary>The behaviour chosen for a trigger; or the first candidate and why none was chosen; or nothing where the trigger is not known.</summary>
    internal readonly record struct Choice(Behaviour? Behaviour, List<string>? UnmetGuards)
    {
        public bool IsPermitted => Behaviour is not null && UnmetGuards is null;
    }
}
