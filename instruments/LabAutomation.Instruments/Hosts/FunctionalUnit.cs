using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>The functional unit of OPC UA LADS, the same for every driver: no state changes but along this graph. One owner fires; nothing happens on the way.</summary>
internal sealed class FunctionalUnit
{
    private readonly StateMachine<UnitState, UnitTrigger> _machine = new(UnitState.Stopped, FiringMode.Immediate);

    public FunctionalUnit()
    {
        _machine.Configure(UnitState.Stopped).Permit(UnitTrigger.Start, UnitState.Idle);

        _machine.Configure(UnitState.Idle).Permit(UnitTrigger.Start, UnitState.Starting);
        _machine.Configure(UnitState.Starting).Permit(UnitTrigger.StateCompleted, UnitState.Execute);
        _machine.Configure(UnitState.Execute)
            .Permit(UnitTrigger.ToComplete, UnitState.Completing)
            .Permit(UnitTrigger.Hold, UnitState.Holding);
        _machine.Configure(UnitState.Completing).Permit(UnitTrigger.StateCompleted, UnitState.Complete);
        _machine.Configure(UnitState.Complete).Permit(UnitTrigger.Reset, UnitState.Resetting);
        _machine.Configure(UnitState.Resetting).Permit(UnitTrigger.StateCompleted, UnitState.Idle);
        _machine.Configure(UnitState.Holding).Permit(UnitTrigger.StateCompleted, UnitState.Held);
        _machine.Configure(UnitState.Held).Permit(UnitTrigger.Unhold, UnitState.Unholding);
        _machine.Configure(UnitState.Unholding).Permit(UnitTrigger.StateCompleted, UnitState.Execute);
        foreach (var running in Enum.GetValues<UnitState>().Where(state => state is >= UnitState.Idle and <= UnitState.Unholding))
            _machine.Configure(running).Permit(UnitTrigger.Stop, UnitState.Stopping);

        _machine.Configure(UnitState.Stopping).Permit(UnitTrigger.StateCompleted, UnitState.Stopped);
        _machine.Configure(UnitState.Aborting).Permit(UnitTrigger.StateCompleted, UnitState.Aborted);
        _machine.Configure(UnitState.Aborted).Permit(UnitTrigger.Clear, UnitState.Clearing);
        _machine.Configure(UnitState.Clearing).Permit(UnitTrigger.StateCompleted, UnitState.Stopped);

        // LADS lists Abort for Running only; a lab that must be stopped does not wait for a better moment.
        foreach (var state in Enum.GetValues<UnitState>().Where(state => state is not (UnitState.Aborting or UnitState.Aborted)))
            _machine.Configure(state).Permit(UnitTrigger.Abort, UnitState.Aborting);
    }

    public UnitState State => _machine.State;

    public bool CanFire(UnitTrigger trigger) => _machine.CanFire(trigger);

    /// <exception cref="InvalidOperationException">The graph has no such way.</exception>
    public void Fire(UnitTrigger trigger) => _machine.Fire(trigger);

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());
}

/// <summary>The methods of LADS, and the end of a passing state.</summary>
internal enum UnitTrigger
{
    Start,
    StateCompleted,
    ToComplete,
    Reset,
    Hold,
    Unhold,
    Stop,
    Abort,
    Clear,
}
