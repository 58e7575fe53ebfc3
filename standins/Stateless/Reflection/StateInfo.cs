namespace Stateless.Reflection;

/// <summary>One state with its actions and transitions.</summary>
public sealed class StateInfo
{
    internal StateInfo(object underlyingState) => UnderlyingState = underlyingState;

    public object UnderlyingState { get; }

    public StateInfo? Superstate { get; internal set; }

    public IEnumerable<StateInfo> Substates { get; internal set; } = [];

    public IEnumerable<ActionInfo> EntryActions { get; internal init; } = [];

    public IEnumerable<InvocationInfo> ActivateActions { get; internal init; } = [];

    public IEnumerable<InvocationInfo> DeactivateActions { get; internal init; } = [];

    public IEnumerable<InvocationInfo> ExitActions { get; internal init; } = [];

    /// <summary>Fixed transitions first, then those whose destination is computed.</summary>
    public IEnumerable<TransitionInfo> Transitions => FixedTransitions.Concat<TransitionInfo>(DynamicTransitions);

    public IEnumerable<FixedTransitionInfo> FixedTransitions { get; internal set; } = [];

    public IEnumerable<DynamicTransitionInfo> DynamicTransitions { get; internal set; } = [];

    public IEnumerable<IgnoredTransitionInfo> IgnoredTriggers { get; internal init; } = [];

    public override string? ToString() => UnderlyingState.ToString();
}
