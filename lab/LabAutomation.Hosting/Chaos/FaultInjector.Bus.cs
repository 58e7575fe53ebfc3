using LabAutomation.Simulators;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Hosting.Chaos;

/// <content>Faults of the bus.</content>
internal sealed partial class FaultInjector
{
    private readonly Dictionary<FaultState, int> _before = [];

    private void SetBus()
    {
        _bus.Latency = TimeSpan.FromSeconds(Most(FaultKind.Latency));
        _bus.Loss = Most(FaultKind.Loss);
        _bus.Duplicates = Most(FaultKind.Duplicates);
        _bus.Reordering = Most(FaultKind.Reordering);
    }

    private void StartOnBus(FaultState state)
    {
        if (_broker is null) return;
        var fault = state.Fault;
        var directions = fault.Kind switch
        {
            FaultKind.Partition => CutDirections.Both,
            FaultKind.Deaf => CutDirections.Hears,
            FaultKind.Mute => CutDirections.Speaks,
            _ => CutDirections.None,
        };
        if (directions != CutDirections.None)
        {
            if (Cuts(ClientOf(fault.On!), directions, fault.For)) state.Struck++;
        }
        else if (fault.Kind is FaultKind.BrokerRestart or FaultKind.BrokerLoss)
        {
            _broker.Restart(fault.For, keepsSessions: fault.Kind == FaultKind.BrokerRestart);
            state.Struck++;
        }
        else
        {
            _before[state] = Count(fault.Kind);
        }
    }

    /// <summary>Each cut counts for itself: the broker's own count has those of others at the same time, too.</summary>
    private bool Cuts(string client, CutDirections directions, TimeSpan time)
    {
        try
        {
            return _broker!.Cut(client, directions, time);
        }
        catch (ArgumentException)
        {
            // Its program is down: there is nothing to cut, and nothing has happened.
            return false;
        }
    }

    private void CountOnBus(FaultState state)
    {
        if (_before.Remove(state, out var before)) state.Struck += Math.Max(0, Count(state.Fault.Kind) - before);
    }

    private int Count(FaultKind kind) => _broker?.Happened is not { } counts ? 0 : kind switch
    {
        FaultKind.Latency => counts.Delayed,
        FaultKind.Loss => counts.Lost + counts.Late,
        FaultKind.Duplicates => counts.Doubled,
        FaultKind.Reordering => counts.Overtaken,
        _ => 0,
    };

    private static string ClientOf(string name) => name == FaultDraw.Agents ? name : Switchboard.ClientOf(name);
}
