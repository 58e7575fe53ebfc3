using System.Collections.Immutable;
using LabAutomation.Agents.Consumables;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// What does not begin for want of a consumable. A trial that has begun has everything reserved that it is still to draw; another begins only when there is as much beside, whoever comes after it. One that rests keeps what is reserved for it, and waits for a person only. Where less was
/// counted than is reserved, each step waits for itself.
/// </summary>
internal sealed class StockHold
{
    private readonly ImmutableHashSet<TaskKey>.Builder _held = ImmutableHashSet.CreateBuilder<TaskKey>();
    private readonly List<ShortTrial> _short = [];
    private ImmutableSortedDictionary<string, double> _left;

    /// <param name="onHand">By consumable: what was supplied less what was drawn, open actions included.</param>
    /// <param name="trials">All that are declared, with how far they are, by the order in which they came; more urgent ones first.</param>
    public StockHold(ImmutableSortedDictionary<string, double> onHand, IEnumerable<(JobProgress Job, TrialWork Work, string Campaign)> trials)
    {
        _left = onHand;
        var counting = trials.Where(one => one.Work.Draws.Length == one.Job.Tasks.Length && one.Work.Draws.Any(draws => !draws.IsEmpty)).ToArray();
        foreach (var (job, work, _) in counting) Commit(job, work);
        foreach (var one in counting.Where(HasBegun)) Continue(one.Job, one.Work, one.Campaign);
        foreach (var one in counting.Where(one => !HasBegun(one))) Begin(one.Job, one.Work, one.Campaign);
    }

    /// <summary>Tasks that must not begin now.</summary>
    public IEnumerable<TaskKey> Held => _held;

    /// <summary>The trials that wait, in the order in which they will be served.</summary>
    public IReadOnlyList<ShortTrial> Short => _short;

    private static bool HasBegun((JobProgress Job, TrialWork Work, string Campaign) one) => one.Work.HasBegun || one.Job.Tasks.Any(task => task.Phase != TaskPhase.Waiting);

    /// <summary>Granted, and perhaps not on record yet.</summary>
    private void Commit(JobProgress job, TrialWork work)
    {
        for (var task = 0; task < job.Tasks.Length; task++)
            if (job.Tasks[task].Phase == TaskPhase.Running) Reserve(work.Draws[task]);
    }

    private void Continue(JobProgress job, TrialWork work, string campaign)
    {
        for (var task = 0; task < job.Tasks.Length; task++)
        {
            if (job.Tasks[task].Phase != TaskPhase.Waiting || work.Draws[task].IsEmpty) continue;
            if (job.Shape.Tasks[task].Key.Task != LabSchedule.Person && _left.Short(work.Draws[task]) is { } missing)
            {
                _held.Add(job.Shape.Tasks[task].Key);
                if (_short.All(one => one.Campaign != campaign || one.Trial != work.Trial)) _short.Add(new ShortTrial(campaign, work.Trial, missing, work.Draws[task][missing], _left[missing]));
            }

            Reserve(work.Draws[task]);
        }
    }

    private void Begin(JobProgress job, TrialWork work, string campaign)
    {
        var ahead = work.Draws.Aggregate(Amounts.None, (sum, draws) => sum.Plus(draws));
        if (_left.Short(ahead) is not { } missing)
        {
            Reserve(ahead);
            return;
        }

        _short.Add(new ShortTrial(campaign, work.Trial, missing, ahead[missing], Math.Max(0, _left[missing])));
        foreach (var task in job.Shape.Tasks) _held.Add(task.Key);
    }

    private void Reserve(ImmutableSortedDictionary<string, double> draws)
    {
        foreach (var (consumable, amount) in draws)
            if (_left.TryGetValue(consumable, out var left)) _left = _left.SetItem(consumable, left - amount);
    }
}

/// <summary>A trial that waits for a consumable.</summary>
/// <param name="Wants">As much as it is still to draw, in the unit of the consumable.</param>
/// <param name="Left">As much as is not reserved for others.</param>
internal sealed record ShortTrial(string Campaign, int Trial, string Consumable, double Wants, double Left);
