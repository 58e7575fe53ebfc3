using Stateless.Reflection;

namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    /// <summary>What a state does with one trigger when all guards are met.</summary>
    internal abstract record Behaviour(TTrigger Trigger, Guard[] Guards)
    {
        public IEnumerable<InvocationInfo> GuardDescriptions => Guards.Select(g => g.Description);

        public List<string> UnmetGuards(object?[] arguments) =>
            [.. Guards.Where(g => !g.IsMet(arguments)).Select(g => g.Description.Description)];

        public sealed record Ignored(TTrigger Trigger, Guard[] Guards) : Behaviour(Trigger, Guards);

        public sealed record Fixed(TTrigger Trigger, Guard[] Guards, TState Destination) : Behaviour(Trigger, Guards);

        public sealed record Reentry(TTrigger Trigger, Guard[] Guards, TState Destination) : Behaviour(Trigger, Guards);

        public sealed record Internal(TTrigger Trigger, Guard[] Guards, Action<Transition, object?[]> Act) : Behaviour(Trigger, Guards);

        public sealed record Dynamic(
            TTrigger Trigger, Guard[] Guards, Func<object?[], TState> Select, InvocationInfo Selector, DynamicStateInfos? Possible)
            : Behaviour(Trigger, Guards);
    }

    /// <summary>The behaviour chosen for a trigger, or the first candidate and why none was chosen.</summary>
    internal sealed record Choice(Behaviour Behaviour, List<string> UnmetGuards)
    {
        public bool IsPermitted => UnmetGuards.Count == 0;
    }
}
