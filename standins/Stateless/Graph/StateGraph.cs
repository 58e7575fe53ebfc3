using Stateless.Reflection;

namespace Stateless.Graph;

/// <summary>A box of the drawing. Only a top-level superstate and the superstates inside it hold other boxes.</summary>
internal sealed record Box(string Name, bool IsCluster, bool IsInside, List<string> EntryActions, List<string> ExitActions)
{
    public List<Box> Inner { get; } = [];
}

/// <summary>The diamond where a destination is computed.</summary>
internal sealed record Diamond(string Name, string Label);

internal sealed record Arrow(string From, string To, string Label);

/// <summary>What both notations draw: superstates first, then other states, each in the order they were configured.</summary>
internal sealed class StateGraph
{
    private readonly Dictionary<string, StateInfo> _infos;

    public StateGraph(StateMachineInfo machine)
    {
        Initial = machine.InitialState.ToString()!;
        _infos = machine.States.ToDictionary(NameOf);
        foreach (var info in machine.States.Where(s => s.Superstate is null && s.Substates.Any()))
            AddTree(info, isInside: false);
        foreach (var info in machine.States.Where(s => !Boxes.ContainsKey(NameOf(s))))
            Boxes.Add(NameOf(info), BoxOf(info, isCluster: false, isInside: false));
        foreach (var info in machine.States)
            AddArrows(info);
    }

    public string Initial { get; }

    public Dictionary<string, Box> Boxes { get; } = [];

    public List<Diamond> Diamonds { get; } = [];

    public List<Arrow> Arrows { get; } = [];

    private static string NameOf(StateInfo info) => info.ToString()!;

    private static IEnumerable<string> Names(IEnumerable<InvocationInfo> methods) => methods.Select(m => m.Description);

    /// <summary>Entry actions limited to one trigger are drawn on that trigger's arrows instead.</summary>
    private static Box BoxOf(StateInfo info, bool isCluster, bool isInside) => new(
        NameOf(info), isCluster, isInside, [.. GeneralEntryActions(info)], [.. Names(info.ExitActions)]);

    private static IEnumerable<string> GeneralEntryActions(StateInfo info) =>
        Names(info.EntryActions.Where(a => a.FromTrigger is null).Select(a => a.Method));

    private static IEnumerable<string> EntryActionsFrom(StateInfo info, TriggerInfo trigger) =>
        Names(info.EntryActions.Where(a => a.FromTrigger is not null && a.FromTrigger == trigger.ToString()).Select(a => a.Method));

    /// <summary>UML's "trigger / actions [guard]".</summary>
    private static string Label(TriggerInfo trigger, IEnumerable<string> actions, IEnumerable<string> guards)
    {
        var acts = string.Join(", ", actions);
        var parts = new List<string> { acts.Length == 0 ? trigger.ToString()! : $"{trigger} / {acts}" };
        parts.AddRange(guards.Select(g => $"[{g}]"));
        return string.Join(' ', parts);
    }

    private Box AddTree(StateInfo info, bool isInside)
    {
        var box = BoxOf(info, info.Substates.Any(), isInside);
        Boxes.Add(box.Name, box);
        foreach (var substate in info.Substates.Where(s => !Boxes.ContainsKey(NameOf(s))))
            box.Inner.Add(AddTree(substate, isInside: true));
        return box;
    }

    private void AddArrows(StateInfo info)
    {
        var from = NameOf(info);
        foreach (var fix in info.FixedTransitions)
        {
            var to = fix.DestinationState;
            IEnumerable<string> actions = fix.IsInternalTransition ? [] : EntryActionsFrom(to, fix.Trigger);
            if (to == info && !fix.IsInternalTransition)
                actions = GeneralEntryActions(to).Concat(actions);
            Arrows.Add(new Arrow(from, NameOf(to), Label(fix.Trigger, actions, Names(fix.GuardConditionsMethodDescriptions))));
        }

        foreach (var choice in info.DynamicTransitions)
        {
            var diamond = new Diamond($"Decision{Diamonds.Count + 1}", choice.DestinationStateSelectorDescription.Description);
            Diamonds.Add(diamond);
            Arrows.Add(new Arrow(from, diamond.Name, Label(choice.Trigger, [], Names(choice.GuardConditionsMethodDescriptions))));
            foreach (var possible in choice.PossibleDestinationStates ?? [])
            {
                if (!_infos.TryGetValue(possible.DestinationState, out var to))
                    continue;
                var label = Label(choice.Trigger, EntryActionsFrom(to, choice.Trigger), [possible.Criterion]);
                Arrows.Add(new Arrow(diamond.Name, NameOf(to), label));
            }
        }

        foreach (var ignored in info.IgnoredTriggers)
            Arrows.Add(new Arrow(from, from, Label(ignored.Trigger, [], Names(ignored.GuardConditionsMethodDescriptions))));
    }
}
