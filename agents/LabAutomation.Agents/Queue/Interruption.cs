using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Queue;

/// <summary>How persons interrupt a campaign that runs, and what that means for it as it stands. Pure, as <see cref="QueueDecision"/> is.</summary>
internal static class Interruption
{
    public static (LabEvent? Event, string Words) Decide(CampaignState state, QueueOrder order)
    {
        if (order.Trial is not null) return (null, $"a campaign is paused, resumed, finished or aborted, and not {order.Target} alone; what has not begun, 'lab queue' holds and removes");
        return order.What switch
        {
            QueueOrder.Pause => Pause(state, order),
            QueueOrder.Resume => Resume(state, order),
            QueueOrder.Finish => Finish(state, order),
            _ => (new AbortRequested($"aborted by {order.By}: {order.Reason}"), $"{state.Id} cleans up, and ends"),
        };
    }

    private static (LabEvent?, string) Pause(CampaignState state, QueueOrder order)
    {
        var request = new PauseRequested(order.By, order.Reason, order.Now);
        if (state is { Phase: CampaignPhase.Paused, PauseUntil: not null }) return (new CampaignPaused(state.PauseReason!), $"{state.Id} rests, and waits for nobody any more; 'lab resume {state.Id}' goes on");
        if (state.Phase == CampaignPhase.Paused) return (null, $"{state.Id} rests already: {state.PauseReason}");
        if (state.Pausing is { } asked && (asked.Now || !order.Now)) return (null, $"{state.Id} is to rest already, {asked.Asked}");
        var trials = state.UnderWay.Select(trial => trial.Number).ToArray();
        var when = trials.Length == 0 ? "" : order.Now ? $" as soon as what is under way in {Named(trials)} has ended" : $" when {Named(trials)} {(trials.Length == 1 ? "has" : "have")} ended";
        return (request, $"{state.Id} rests{when}; 'lab resume {state.Id}' goes on");
    }

    private static (LabEvent?, string) Resume(CampaignState state, QueueOrder order)
    {
        if (state.Phase == CampaignPhase.Paused && state.SafeMode is { } safe) return (null, $"{state.Id} rests in the lab's safe mode ({safe}); when all have come to rest, 'lab resume {state.Id} --clear WHY --by NAME' takes it up");
        if (state.Phase == CampaignPhase.Paused) return (new CampaignResumed($"{order.By}: {order.Reason}"), $"{state.Id} goes on");
        return state.Pausing is null ? (null, $"{state.Id} does not rest, and is not about to") : (new PauseWithdrawn(order.By, order.Reason), $"{state.Id} goes on, and does not rest");
    }

    private static (LabEvent?, string) Finish(CampaignState state, QueueOrder order)
    {
        if (state.Finishing is { } asked) return (null, $"{state.Id} begins no more trials already, {asked}");
        var trials = state.UnderWay.Select(trial => trial.Number).ToArray();
        var when = trials.Length == 0 ? "" : $" when {Named(trials)} {(trials.Length == 1 ? "has" : "have")} ended";
        return (new FinishRequested(order.By, order.Reason), $"{state.Id} begins no more trials, and ends{when}{(state.Phase == CampaignPhase.Paused ? $"; it rests, and 'lab resume {state.Id}' lets it" : "")}");
    }

    private static string Named(int[] trials) => $"trial{(trials.Length == 1 ? "" : "s")} {string.Join(", ", trials.Select(trial => trial.ToString(CultureInfo.InvariantCulture)))}";
}
