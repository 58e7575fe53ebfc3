namespace Stateless.Reflection;

/// <summary>A machine as it was configured when <c>GetInfo</c> was called.</summary>
public sealed class StateMachineInfo
{
    internal StateMachineInfo(IEnumerable<StateInfo> states, Type stateType, Type triggerType, StateInfo initialState)
    {
        States = [.. states];
        StateType = stateType;
        TriggerType = triggerType;
        InitialState = initialState;
    }

    /// <summary>The state the machine was made with: its value alone, without actions and transitions.</summary>
    public StateInfo InitialState { get; }

    public IEnumerable<StateInfo> States { get; }

    public Type StateType { get; }

    public Type TriggerType { get; }
}
