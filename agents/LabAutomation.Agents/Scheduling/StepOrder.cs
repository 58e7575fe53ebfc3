namespace LabAutomation.Agents.Scheduling;

/// <summary>In which order samples in the lab can go on, step by step, where none can go all the way at once.</summary>
internal sealed class StepOrder(Board board, Func<int, int, int> rank)
{
    public List<(int Job, int Task)> Of(List<(int Job, int Unit)> units)
    {
        var travellers = new List<Traveller>();
        var taken = new int[board.Layout.Locations.Length];
        var waiting = new List<int>?[board.Jobs.Length];
        foreach (var (job, unit) in units)
            foreach (var task in board.Jobs[job].Shape.Units[unit])
                if (board.IsWaiting(job, task)) (waiting[job] ??= []).Add(task);
        for (var job = 0; job < board.Jobs.Length; job++)
        {
            for (var sample = 0; sample < board.Jobs[job].Samples.Length; sample++)
            {
                var stands = board.Jobs[job].Samples[sample];
                var location = stands.IsMoving ? stands.Goal : stands.Location;
                int[] tasks = waiting[job] is { } some ? [.. some.Where(task => board.Jobs[job].Shape.Tasks[task].Sample == sample).Order()] : [];
                if (tasks.Length > 0) travellers.Add(new Traveller(job, tasks, [.. tasks.Select(task => Goals(job, task))], location));
                else if (board.IsOpen[board.FirstSample[job] + sample]) taken[location]++;
            }
        }

        travellers = [.. travellers.OrderBy(traveller => rank(traveller.Job, traveller.Tasks[0]))];
        return new Untangling(board.Layout, travellers, taken).Order();
    }

    /// <summary>The one of the plan that the lab follows first.</summary>
    private int[] Goals(int job, int task)
    {
        var ways = board.Jobs[job].Shape.Tasks[task].Ways;
        var preferred = board.Preferred[board.FirstTask[job] + task];
        var shut = board.Shut?[board.FirstTask[job] + task];
        return [.. ways.Where((_, way) => shut?[way] is not true).Select(way => way.Location).OrderByDescending(location => preferred >= 0 && location == ways[preferred].Location).Distinct()];
    }
}
