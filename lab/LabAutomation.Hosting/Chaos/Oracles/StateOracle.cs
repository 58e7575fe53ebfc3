using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Units change their state along the graph of OPC UA LADS only, and their epochs rise. The graph is written out here once more, so that an error in the driver host is not one here.</summary>
internal static class StateOracle
{
    private static readonly HashSet<(UnitState From, UnitState To)> Ways =
    [
        (UnitState.Stopped, UnitState.Idle), (UnitState.Idle, UnitState.Starting), (UnitState.Starting, UnitState.Execute),
        (UnitState.Execute, UnitState.Completing), (UnitState.Completing, UnitState.Complete), (UnitState.Complete, UnitState.Resetting), (UnitState.Resetting, UnitState.Idle),
        (UnitState.Execute, UnitState.Holding), (UnitState.Holding, UnitState.Held), (UnitState.Held, UnitState.Unholding), (UnitState.Unholding, UnitState.Execute),
        (UnitState.Stopping, UnitState.Stopped), (UnitState.Aborting, UnitState.Aborted), (UnitState.Aborted, UnitState.Clearing), (UnitState.Clearing, UnitState.Stopped),
    ];

    public static IEnumerable<Violation> Judge(Evidence evidence)
    {
        foreach (var instrument in evidence.Bus.States.GroupBy(heard => heard.Instrument))
        {
            StateFrame? before = null;
            foreach (var (_, state) in instrument)
            {
                if (before is not null && state.Epoch < before.Epoch)
                {
                    yield return new Violation("states", $"{instrument.Key} speaks in epoch {state.Epoch} after it has spoken in epoch {before.Epoch}: a driver that was replaced still talks");
                    break;
                }

                if (before is not null && state.Epoch == before.Epoch && state.Seq == before.Seq && (state.Unit, state.At) != (before.Unit, before.At))
                {
                    yield return new Violation("states", $"{instrument.Key} has told two states under one number (epoch {state.Epoch}, state {state.Seq}): it has forgotten its epoch");
                    break;
                }

                if (before is not null && state.Epoch == before.Epoch && state.Seq < before.Seq && state.At > before.At)
                {
                    yield return new Violation("states", $"{instrument.Key} counts its states from {state.Seq} again in epoch {state.Epoch}, after state {before.Seq}: it has forgotten its epoch");
                    break;
                }

                var isNext = before is not null && state.Epoch == before.Epoch && state.Seq == before.Seq + 1;
                if (isNext && !IsWay(before!.Unit, state.Unit))
                {
                    yield return new Violation("states", $"{instrument.Key} went from {before.Unit} to {state.Unit} (epoch {state.Epoch}, state {state.Seq}), which the graph does not have");
                    break;
                }

                if (before is null || state.Epoch > before.Epoch || state.Seq > before.Seq) before = state;
            }
        }
    }

    private static bool IsWay(UnitState from, UnitState to) =>
        from == to
        || Ways.Contains((from, to))
        || (to == UnitState.Aborting && from != UnitState.Aborted)
        || (to == UnitState.Stopping && from is not (UnitState.Stopped or UnitState.Aborting or UnitState.Aborted or UnitState.Clearing));
}
