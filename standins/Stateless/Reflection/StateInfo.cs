namespace Stateless.Reflection;

/// <summary>One state with its actions and transitions.</summary>
public sealed class StateInfo
{
    internal StateInfo(object underlyingState) => UnderlyingState = underlyingState;

    public object UnderlyingState { get; }

    public StateInfo? Superstate { get; internal set; }

    public IEnumerable<StateInfo> Substates { get; internal set; } = [];

    public required IEnumerable<ActionInfo> EntryActions { get; init; }

    public required IEnumerable<InvocationInfo> ActivateActions { get; init; }

    public required IEnumerable<InvocationInfo> DeactivateActions { get; init; }

    public required IEnumerable<InvocationInfo> ExitActions { get; init; }

    /// <summary>Fixed transitions first, then those whose destination is computed.</summary>
    public IEnumerable<TransitionInfo> Transitions => FixedTransitions.Concat<TransitionInfo>(DynamicTransitions);

    public IEnumerable<FixedTransitionInfo> FixedTransitions { get; internal set; } = [];

    public IEnumerable<DynamicTransitionInfo> DynamicTransitions { get; internal set; } = [];

    public required IEnumerable<IgnoredTransitionInfo> IgnoredTriggers { get; init; }

    public override string? ToString() => UnderlyingState.ToString();
}
