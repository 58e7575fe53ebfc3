namespace Stateless.Reflection;

/// <summary>What a state does with one trigger.</summary>
public abstract class TransitionInfo
{
    private protected TransitionInfo(TriggerInfo trigger, IEnumerable<InvocationInfo> guards)
    {
        Trigger = trigger;
        GuardConditionsMethodDescriptions = [.. guards];
    }

    /// <summary>A field, because the official one is a field.</summary>
    public IEnumerable<InvocationInfo> GuardConditionsMethodDescriptions;

    public TriggerInfo Trigger { get; protected set; }

    public bool IsInternalTransition { get; protected set; }
}

/// <summary>A transition whose destination is known: permitted, re-entrant or internal.</summary>
public sealed class FixedTransitionInfo : TransitionInfo
{
    internal FixedTransitionInfo(TriggerInfo trigger, IEnumerable<InvocationInfo> guards, StateInfo destination, bool isInternal)
        : base(trigger, guards)
    {
        DestinationState = destination;
        IsInternalTransition = isInternal;
    }

    public StateInfo DestinationState { get; }
}

/// <summary>A trigger the state ignores.</summary>
public sealed class IgnoredTransitionInfo : TransitionInfo
{
    internal IgnoredTransitionInfo(TriggerInfo trigger, IEnumerable<InvocationInfo> guards)
        : base(trigger, guards)
    {
    }
}
