using Akka.Actor;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Hosting.Chaos;

/// <content>What people do to the queue, by the messages that the desk passes on.</content>
internal sealed partial class FaultInjector
{
    private const string Somebody = "somebody";

    /// <summary>Until what somebody wanted can be done, or they no longer want it.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(20);

    private readonly HashSet<(string Campaign, int Trial)> _removed = [];
    private readonly HashSet<FaultState> _holding = [];
    private Laboratory? _lab;

    /// <summary>The trials that somebody wanted out of the queue.</summary>
    public IReadOnlySet<(string Campaign, int Trial)> Removed => _removed;

    /// <summary>The campaigns of a program run: what is due in the queue happens, and who was held too long is let go.</summary>
    public void Runs(Laboratory lab)
    {
        _lab = lab;
        foreach (var state in _holding.Where(state => !state.IsActive).ToArray()) _ = LetGoAsync(state);
        foreach (var state in _faults.Where(state => state is { IsActive: true, Struck: 0, Fault.Traits.IsOrder: true })) _ = OrderAsync(state);
    }

    private void StartOrder(FaultState state)
    {
        _loop.Post(_ => _ = OrderAsync(state), null);
        if (state.Fault.Traits.Lasts) After(state.BeganAt!.Value + state.Fault.For, () => End(state));
    }

    private void EndOrder(FaultState state)
    {
        if (_holding.Contains(state)) _loop.Post(_ => _ = LetGoAsync(state), null);
    }

    private async Task OrderAsync(FaultState state)
    {
        var crash = Crash;
        while (crash == Crash && state.IsActive && _lab is { } lab)
        {
            if (await IsDoneAsync(lab, state))
            {
                state.Struck++;
                break;
            }

            if (!state.Fault.Traits.Lasts) break;
            await Task.Delay(Again, _time);
        }

        if (!state.Fault.Traits.Lasts) state.IsOver = true;
    }

    private async Task<bool> IsDoneAsync(Laboratory lab, FaultState state)
    {
        var fault = state.Fault;
        switch (fault.Kind)
        {
            case FaultKind.Hold:
                _holding.Add(state);       // before it is known: a program that ends meanwhile does not say
                return await OrderAsync(lab, Order(QueueOrder.Hold, fault));
            case FaultKind.Move:
                return await OrderAsync(lab, Order(QueueOrder.Move, fault) with { Priority = (int)fault.Amount!.Value });
            case FaultKind.Remove:
                if (Campaign(lab, fault)?.UnderWay.LastOrDefault(trial => trial.Actions.IsEmpty) is not { Number: var number }) return false;
                _removed.Add((fault.On!, number));
                return await OrderAsync(lab, Order(QueueOrder.Remove, fault) with { Trial = number });
            default:
                if (CampaignRecord.All(lab.Ledger).All(one => one.Phase is not CampaignPhase.Running)) return false;
                lab.Pause();
                return true;
        }
    }

    /// <summary>Who holds a campaign lets it go, too, however long that takes.</summary>
    private async Task LetGoAsync(FaultState state)
    {
        var crash = Crash;
        while (crash == Crash && _lab is { } lab && _holding.Contains(state))
        {
            if (await OrderAsync(lab, Order(QueueOrder.Unhold, state.Fault)) || Campaign(lab, state.Fault) is not { IsHeld: true, Phase: not CampaignPhase.Ended }) _holding.Remove(state);
            else await Task.Delay(Again, _time);
        }
    }

    private static async Task<bool> OrderAsync(Laboratory lab, QueueOrder order)
    {
        try
        {
            return (await lab.QueueAsync(order, CancellationToken.None)).Done;
        }
        catch (Exception error) when (error is AskTimeoutException or OperationCanceledException)
        {
            return false;       // whoever was asked has just come to an end
        }
    }

    private static CampaignState? Campaign(Laboratory lab, Fault fault) => CampaignRecord.All(lab.Ledger).FirstOrDefault(state => state.Id == fault.On);

    private static QueueOrder Order(string what, Fault fault) => new(what, fault.On!, Somebody, "operator", "drawn");
}
