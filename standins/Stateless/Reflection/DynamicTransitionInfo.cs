namespace Stateless.Reflection;

/// <summary>A transition whose destination is computed.</summary>
public sealed class DynamicTransitionInfo : TransitionInfo
{
    internal DynamicTransitionInfo(TriggerInfo trigger, IEnumerable<InvocationInfo> guards, InvocationInfo selector, DynamicStateInfos? possible)
        : base(trigger, guards)
    {
        DestinationStateSelectorDescription = selector;
        PossibleDestinationStates = possible;
    }

    public InvocationInfo DestinationStateSelectorDescription { get; }

    /// <summary>Null when the configuration names none.</summary>
    public DynamicStateInfos? PossibleDestinationStates { get; }
}

/// <summary>One possible destination and when it is chosen.</summary>
public class DynamicStateInfo(string destinationState, string criterion)
{
    public string DestinationState { get; } = destinationState;

    public string Criterion { get; } = criterion;
}

public class DynamicStateInfos : List<DynamicStateInfo>
{
    public void Add(string destinationState, string criterion) => Add(new DynamicStateInfo(destinationState, criterion));

    public void Add<TState>(TState destinationState, string criterion)
        where TState : notnull => Add(destinationState.ToString()!, criterion);
}
