using Stateless.Reflection;

namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    /// <summary>Describes the states, transitions and actions configured so far, and states that are only ever a destination.</summary>
    public StateMachineInfo GetInfo()
    {
        var nodes = _nodes.Values.ToList();
        var destinations = nodes.SelectMany(n => n.Behaviours.Values).SelectMany(b => b).OfType<Behaviour.Fixed>().Select(b => b.Destination);
        nodes.AddRange(destinations.Distinct().Except(_nodes.Keys).Select(d => new StateNode(d)).ToList());

        var infos = nodes.ToDictionary(n => n.State, InfoOf);
        foreach (var node in nodes)
            Relate(node, infos);
        return new StateMachineInfo(infos.Values, typeof(TState), typeof(TTrigger), InfoOf(new StateNode(_initialState)));
    }

    private static StateInfo InfoOf(StateNode node) => new(node.State)
    {
        EntryActions = node.EntryActions.ConvertAll(a => new ActionInfo(a.Description, a.OnlyFromTrigger ? a.Trigger!.ToString() : null)),
        ExitActions = node.ExitActions.ConvertAll(a => a.Description),
        ActivateActions = node.ActivateActions.ConvertAll(a => a.Description),
        DeactivateActions = node.DeactivateActions.ConvertAll(a => a.Description),
        IgnoredTriggers =
        [
            .. node.Behaviours.Values.SelectMany(b => b).OfType<Behaviour.Ignored>()
                .Select(b => new IgnoredTransitionInfo(new TriggerInfo(b.Trigger), b.GuardDescriptions)),
        ],
    };

    private static void Relate(StateNode node, Dictionary<TState, StateInfo> infos)
    {
        var info = infos[node.State];
        var transitions = new List<FixedTransitionInfo>();
        var choices = new List<DynamicTransitionInfo>();
        foreach (var candidates in node.Behaviours.Values)
        {
            transitions.AddRange(candidates.OfType<Behaviour.Fixed>().Select(b => Edge(b, infos[b.Destination], isInternal: false)));
            transitions.AddRange(candidates.OfType<Behaviour.Reentry>().Select(b => Edge(b, infos[b.Destination], isInternal: false)));
            transitions.AddRange(candidates.OfType<Behaviour.Internal>().Select(b => Edge(b, info, isInternal: true)));
            choices.AddRange(candidates.OfType<Behaviour.Dynamic>()
                .Select(b => new DynamicTransitionInfo(new TriggerInfo(b.Trigger), b.GuardDescriptions, b.Selector, b.Possible)));
        }

        info.Superstate = node.Superstate is { } above ? infos[above.State] : null;
        info.Substates = node.Substates.ConvertAll(s => infos[s.State]);
        info.FixedTransitions = transitions;
        info.DynamicTransitions = choices;
    }

    private static FixedTransitionInfo Edge(Behaviour behaviour, StateInfo destination, bool isInternal) =>
        new(new TriggerInfo(behaviour.Trigger), behaviour.GuardDescriptions, destination, isInternal);
}
