using Stateless.Reflection;

namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    internal sealed record EntryAction(Action<Transition, object?[]> Act, InvocationInfo Description, bool OnlyFromTrigger, TTrigger? Trigger);

    internal sealed record ExitAction(Action<Transition> Act, InvocationInfo Description);

    internal sealed record ActivationAction(Action Act, InvocationInfo Description);

    /// <summary>One state of the machine with everything configured for it.</summary>
    internal sealed class StateNode(TState state)
    {
        public TState State { get; } = state;

        public StateNode? Superstate { get; set; }

        public List<StateNode> Substates { get; } = [];

        public bool HasInitialTransition { get; private set; }

        public TState? InitialTarget { get; private set; }

        public Dictionary<TTrigger, List<Behaviour>> Behaviours { get; } = [];

        public List<EntryAction> EntryActions { get; } = [];

        public List<ExitAction> ExitActions { get; } = [];

        public List<ActivationAction> ActivateActions { get; } = [];

        public List<ActivationAction> DeactivateActions { get; } = [];

        public void SetInitialTarget(TState target)
        {
            HasInitialTransition = true;
            InitialTarget = target;
        }

        public void Add(Behaviour behaviour)
        {
            if (!Behaviours.TryGetValue(behaviour.Trigger, out var candidates))
                Behaviours.Add(behaviour.Trigger, candidates = []);
            candidates.Add(behaviour);
        }

        /// <exception cref="InvalidOperationException">The initial transition leads elsewhere than to a substate.</exception>
        public StateNode InitialSubstate() => Substates.Find(below => Same(below.State, InitialTarget!))
            ?? throw new InvalidOperationException($"The initial transition of '{State}' leads to '{InitialTarget}', which is not one of its substates.");

        /// <summary>The state itself or one below it.</summary>
        public bool Includes(TState state)
        {
            if (Same(State, state))
                return true;
            foreach (var below in Substates)
            {
                if (below.Includes(state))
                    return true;
            }

            return false;
        }

        /// <summary>The state itself or one above it.</summary>
        public bool IsIncludedIn(TState state) => Same(State, state) || (Superstate?.IsIncludedIn(state) ?? false);

        /// <summary>When the state permits nothing its superstate is asked, whose answer counts unless it knows nothing of the trigger.</summary>
        public Choice Choose(TTrigger trigger, object?[] arguments)
        {
            var own = ChooseOwn(trigger, arguments);
            if (own.IsPermitted || Superstate is null)
                return own;
            var above = Superstate.Choose(trigger, arguments);
            return above.Behaviour is null ? own : above;
        }

        public IEnumerable<TTrigger> PermittedTriggers(object?[] arguments)
        {
            var own = Behaviours.Where(b => b.Value.Any(c => c.UnmetGuards(arguments) is null)).Select(b => b.Key);
            return Superstate is null ? own : own.Union(Superstate.PermittedTriggers(arguments));
        }

        public void Enter(Transition transition, object?[] arguments)
        {
            if (!transition.IsReentry)
            {
                if (Includes(transition.Source))
                    return;
                if (transition is not InitialTransition)
                    Superstate?.Enter(transition, arguments);
            }

            foreach (var action in EntryActions)
            {
                if (!action.OnlyFromTrigger || SameTrigger(transition.Trigger, action.Trigger))
                    action.Act(transition, arguments);
            }
        }

        /// <summary>Leaves this state and those above it, up to the one that also holds the destination.</summary>
        public void Exit(Transition transition)
        {
            if (!transition.IsReentry && Includes(transition.Destination))
                return;
            foreach (var action in ExitActions)
                action.Act(transition);
            if (!transition.IsReentry && Superstate is { } above && !Same(above.State, transition.Destination))
                above.Exit(transition);
        }

        public void Activate()
        {
            Superstate?.Activate();
            ActivateActions.ForEach(a => a.Act());
        }

        public void Deactivate()
        {
            DeactivateActions.ForEach(a => a.Act());
            Superstate?.Deactivate();
        }

        private Choice ChooseOwn(TTrigger trigger, object?[] arguments)
        {
            if (!Behaviours.TryGetValue(trigger, out var candidates))
                return default;

            Behaviour? chosen = null;
            List<string>? unmet = null;
            foreach (var candidate in candidates)
            {
                if (candidate.UnmetGuards(arguments) is { } reasons)
                    unmet = unmet is null ? reasons : [.. unmet.Union(reasons)];
                else if (chosen is null)
                    chosen = candidate;
                else
                    throw new InvalidOperationException(
                        $"State '{State}' permits more than one transition for trigger '{trigger}'; at most one may have its guards met.");
            }

            return chosen is null ? new Choice(candidates[0], [.. unmet!.Distinct()]) : new Choice(chosen, null);
        }
    }
}
