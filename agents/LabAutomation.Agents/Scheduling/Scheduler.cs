namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Plans a lab ahead. Everything here is a function of its arguments. A plan books nothing twice, keeps holds, never starts what could not be finished, and uses gaps; what it could not plan has a reason.
/// </summary>
internal static class Scheduler
{
    /// <summary>Tasks that <see cref="Plan"/> plans at most; what comes later is planned when its turn comes.</summary>
    public const int Ahead = 500;

    /// <summary>
    /// The plan to be followed from now on. Jobs come by priority; among equals the order that the lab follows is kept, and owners of new jobs share the lab evenly. What has been begun comes first.
    /// </summary>
    /// <param name="ahead">Tasks to be planned at most, beside those of what has been begun.</param>
    public static Schedule Plan(SchedulingState state, DateTimeOffset now, int ahead = Ahead)
    {
        var planning = new Planning(state, now.UtcTicks, ahead);
        var order = planning.Order();
        planning.PlaceRest(order);
        if (!Lateness.IsAny(planning.Board)) return ScheduleWriter.Write(planning.Board, state);

        // Whoever would be late goes before its equals, if that helps.
        var urgent = new Planning(state, now.UtcTicks, ahead);
        urgent.PlaceRest(Lateness.First(planning.Board, order));
        return ScheduleWriter.Write(Lateness.Count(urgent.Board) < Lateness.Count(planning.Board) ? urgent.Board : planning.Board, state);
    }

    /// <summary>
    /// A plan with an earlier end, searched for as long as the budget allows; never worse than that of <see cref="Plan"/>. <see cref="SchedulingState.Following"/> it keeps its order. A lab
    /// of job shops (each task one resource, no samples, holds, batches or set-ups) is searched on the disjunctive graph, any other by changing the order of the jobs.
    /// </summary>
    public static Schedule Improve(SchedulingState state, DateTimeOffset now, SearchBudget budget)
    {
        var planning = new Planning(state, now.UtcTicks, int.MaxValue);
        var starts = JobShop.TryRead(planning.Board, planning.Order(), out var shop) ? new JobShopSearch(shop, budget).Run() : null;
        var search = new OrderSearch(planning, budget);
        if (starts is null) search.Run();
        else search.Offer(shop.Order(starts));
        return ScheduleWriter.Write(search.Best(), state);
    }
}
