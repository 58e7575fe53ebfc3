namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Plans a lab ahead. Everything here is a function of its arguments. A plan books nothing twice, keeps holds, never starts what could not be finished, and uses gaps; what it could not plan has a reason.
/// </summary>
internal static class Scheduler
{
    /// <summary>Tasks that <see cref="Plan"/> plans at most; what comes later is planned when its turn comes.</summary>
    public const int Ahead = 500;

    /// <summary>Fewer plans find nothing, and more find little.</summary>
    private const int LeastTried = 8;
    private const int MostTried = 100;

    /// <summary>Of the time to the end of everything: less is not worth another order.</summary>
    private const double Worth = 0.01;

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
        var first = Lateness.First(planning.Board, order);
        if (first.AsSpan().SequenceEqual(order)) return ScheduleWriter.Write(planning.Board, state);
        var urgent = new Planning(state, now.UtcTicks, ahead);
        urgent.PlaceRest(first);
        return ScheduleWriter.Write(Lateness.Count(urgent.Board) < Lateness.Count(planning.Board) ? urgent.Board : planning.Board, state);
    }

    /// <summary>
    /// A plan with an earlier end than that of <see cref="Plan"/>, or one that ends as early and holds to fewer ways, for a lab that has no time to search for long: looked for with as many plans as come to so many tasks, and
    /// null where that is none, or not worth it.
    /// Who comes first by priority and fairness stays first, so nobody is put off for ever.
    /// </summary>
    /// <param name="effort">Tasks to be placed at most over all plans that are tried for a better order, each once a plan however often it is tried for a hold; at most as many again to let go of ways that gain nothing.</param>
    public static Schedule? Improve(SchedulingState state, DateTimeOffset now, int effort)
    {
        // A plan takes its time, and is not made where there would be too few of them.
        if (effort / LeastTried < Unbegun(state)) return null;
        var planning = new Planning(state, now.UtcTicks, int.MaxValue);
        var steps = Math.Min(effort / Math.Max(1, planning.Board.Slots.Where((slot, index) => slot.Stage == SlotStage.Waiting && !planning.Board.IsHeld[index]).Count()), MostTried);
        if (steps < LeastTried || OrderSearch.IsOnlyOne(planning)) return null;
        var search = new OrderSearch(planning, new SearchBudget(steps), keepsFirst: true);
        var before = search.BestScore;
        search.Run();
        var isWorth = search.BestScore < before - Worth;

        // What was drawn by chance for less than that is nothing that could be left.
        if (!isWorth) search.Discard();
        return search.LeaveWays(steps) || isWorth ? ScheduleWriter.Write(search.Best(), state) : null;
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

    /// <summary>Tasks of jobs of which nothing has been done: at least those are placed in each plan.</summary>
    private static int Unbegun(SchedulingState state)
    {
        var tasks = 0;
        foreach (var job in state.Jobs.Values)
        {
            if (!job.Tasks.All(task => task.Phase == TaskPhase.Waiting)) continue;
            foreach (var task in job.Shape.Tasks)
                if (!state.Held.Contains(task.Key)) tasks++;
        }

        return tasks;
    }
}
