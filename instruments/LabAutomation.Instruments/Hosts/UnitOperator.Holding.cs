using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <content>Holds of the running action.</content>
internal sealed partial class UnitOperator
{
    /// <summary>Asks the running action to come to rest where it can.</summary>
    /// <param name="action">The one that is meant; null for whichever runs.</param>
    /// <returns>Why not, or null.</returns>
    public string? Hold(ActionId? action)
    {
        if (_run is null || !_unit.CanFire(UnitTrigger.Hold)) return $"only an action that runs can be held; the unit is {_unit.State}";
        if (action is { } meant && meant != _run.Entry.Action) return $"action {meant} does not run here now; {_run.Entry.Action} does";
        if (_run.Hold() is { } refusal) return refusal;
        Fire(UnitTrigger.Hold);
        return null;
    }

    /// <returns>Why not, or null.</returns>
    public string? Unhold()
    {
        if (_run is null || !_unit.CanFire(UnitTrigger.Unhold)) return $"only a held action can go on; the unit is {_unit.State}";
        Fire(UnitTrigger.Unhold);
        _run.Unhold();
        return null;
    }

    private void Held(ActionRun run, bool isHeld) => mailbox.Post(() =>
    {
        if (_run == run && _unit.State == (isHeld ? UnitState.Holding : UnitState.Unholding)) Fire(UnitTrigger.StateCompleted);
    });

    /// <summary>An action that ended or was cancelled in a hold leaves it the way the graph has.</summary>
    private void LeaveHold()
    {
        if (_unit.State == UnitState.Holding) Fire(UnitTrigger.StateCompleted);
        if (_unit.State == UnitState.Held) Fire(UnitTrigger.Unhold);
        if (_unit.State == UnitState.Unholding) Fire(UnitTrigger.StateCompleted);
    }
}
