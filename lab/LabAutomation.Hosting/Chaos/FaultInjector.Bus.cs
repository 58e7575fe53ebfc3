using LabAutomation.Simulators;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Hosting.Chaos;

/// <content>Faults of the bus.</content>
internal sealed partial class FaultInjector
{
    private static readonly FaultKind[] Shares = [FaultKind.Latency, FaultKind.Loss, FaultKind.Duplicates, FaultKind.Reordering];

    /// <summary>What acts on the bus, of each kind, and what the broker had counted when it began to.</summary>
    private readonly Dictionary<FaultKind, (FaultState State, int Before)> _acting = [];

    private void SetBus()
    {
        SettleBus();
        foreach (var kind in Shares)
            if (Acting(kind) is { } acting) _acting[kind] = (acting, Count(kind));
        _bus.Latency = TimeSpan.FromSeconds(Amount(FaultKind.Latency) ?? 0);
        _bus.Loss = Amount(FaultKind.Loss) ?? 0;
        _bus.Duplicates = Amount(FaultKind.Duplicates) ?? 0;
        _bus.Reordering = Amount(FaultKind.Reordering) ?? 0;
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
            // One that is down already may still lose what it has on its disk.
            if (_broker.IsUp || fault.Kind == FaultKind.BrokerLoss) state.Struck++;
            _broker.Restart(fault.For, keepsSessions: fault.Kind == FaultKind.BrokerRestart);
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

    private void SettleBus()
    {
        foreach (var (kind, (state, before)) in _acting) state.Struck += Math.Max(0, Count(kind) - before);
        _acting.Clear();
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
