using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>
/// Finds out what other tasks teach of the one that is asked about. A task is believed only while the values of this one bear it out: each is predicted from all the others, once with the other task's values
/// and once without, and what does not raise the density of this task's values is left out (leave-one-out densities as in A. Vehtari et al., "Practical Bayesian model evaluation using leave-one-out
/// cross-validation", Stat. Comput. 27, 2017). The other task's values may be of another scale, or turned round: they are tried as they are, shifted, and shifted and scaled to what the other task alone would
/// have led one to expect, each at a price. Before anything was measured in this task nothing speaks against the others.
/// </summary>
internal static class TaskTransferSearch
{
    /// <summary>Fewer values of this task make no model to compare with: what is as likely by the mere spread of the other task's values tells nothing.</summary>
    private const int Comparable = 3;

    /// <summary>Values of this task that a shift takes, and a scale beside it.</summary>
    private const int Shiftable = 3, Scalable = 5;

    /// <summary>Gain in log density that another task must bring, and each number that is fitted to it.</summary>
    private const double Margin = 0.5, Price = 1;

    /// <param name="fit">A model of some observations.</param>
    public static GaussianProcess Find(SearchSpace space, ImmutableArray<Observation> finished, Func<ImmutableArray<Observation>, GaussianProcess> fit)
    {
        var task = Enumerable.Range(0, space.Dimensions.Length).FirstOrDefault(d => space.Dimensions[d] is TaskDimension && space.Held.ContainsKey(d), -1);
        if (task < 0 || finished.All(one => IsOwn(one))) return fit(finished);
        int[] others = [.. finished.Where(one => !IsOwn(one)).Select(one => (int)one.Point[task]).Distinct().Order()];
        ImmutableArray<Observation> own = [.. finished.Where(IsOwn)];
        if (own.IsEmpty) return With(others.ToImmutableSortedDictionary(one => one, _ => (TaskReading?)TaskReading.Plain));

        var readings = others.ToImmutableSortedDictionary(one => one, _ => (TaskReading?)null);
        var (best, most) = (With(readings), 0.0);
        var alone = own.Length < Comparable ? double.NaN : Density(best);
        var kept = readings;
        foreach (var other in others)
        {
            ImmutableArray<Observation> theirs = [.. finished.Where(one => one.Point[task] == other)];
            var basis = own.Length < Comparable ? Spread(theirs, own) : alone;
            var gained = 0.0;
            foreach (var (reading, fitted) in Readings(theirs, own, task, fit))
            {
                var model = With(readings.SetItem(other, reading));
                var gain = Density(model) - basis - Margin - fitted * Price;
                if (gain > gained) (kept, gained) = (kept.SetItem(other, reading), gain);
                if (gain > most) (best, most) = (model, gain);
            }
        }
        if (kept.Values.Count(one => one is not null) < 2) return best;
        var joint = With(kept);
        return Density(joint) >= Density(best) ? joint : best;

        bool IsOwn(Observation one) => task < 0 || one.Point[task] == space.Held[task];

        GaussianProcess With(ImmutableSortedDictionary<int, TaskReading?> taken)
        {
            int[] places = [.. Enumerable.Range(0, finished.Length).Where(i => IsOwn(finished[i]) || taken[(int)finished[i].Point[task]] is not null)];
            var model = fit([.. places.Select(i => IsOwn(finished[i]) ? finished[i] : taken[(int)finished[i].Point[task]]!.Of(finished[i]))]);
            int[] mine = [.. Enumerable.Range(0, places.Length).Where(k => IsOwn(finished[places[k]]))];
            return model.With(new TaskTransfer([.. places], mine.Length > 0 ? [.. mine] : [.. Enumerable.Range(0, places.Length)], taken, mine.Length < places.Length));
        }
    }

    /// <summary>Of the values of the task asked about; a value that the model does not believe must pay for that.</summary>
    private static double Density(GaussianProcess model)
    {
        var densities = model.LeftOutDensities();
        return model.Transfer.Own.Sum(i => densities[i] - (model.Doubts.Contains(i) ? OutlierSearch.Margin : 0));
    }

    /// <summary>Log density of the values of this task if all that is known is how those of the other one are spread; without the constant, as there.</summary>
    private static double Spread(ImmutableArray<Observation> theirs, ImmutableArray<Observation> own)
    {
        var mean = theirs.Average(one => one.Value!.Value);
        var variance = theirs.Average(one => Math.Pow(one.Value!.Value - mean, 2));
        return variance > 0 ? own.Sum(one => -0.5 * Math.Log(variance) - 0.5 * Math.Pow(one.Value!.Value - mean, 2) / variance) : double.PositiveInfinity;
    }

    /// <summary>Ways to take the values of another task, with how many numbers each has that are fitted to this one.</summary>
    private static IEnumerable<(TaskReading Reading, int Fitted)> Readings(
        ImmutableArray<Observation> theirs, ImmutableArray<Observation> own, int task, Func<ImmutableArray<Observation>, GaussianProcess> fit)
    {
        yield return (TaskReading.Plain, 0);
        if (own.Length < Shiftable) yield break;
        double[] expected = [.. fit(theirs).Predict([.. own.Select(one => new Point(one.Point.Coordinates.SetItem(task, theirs[0].Point[task])))]).Select(one => one.Mean)];
        double[] values = [.. own.Select(one => one.Value!.Value)];
        var (x, y) = (expected.Average(), values.Average());
        yield return (new TaskReading(y - x, 1), 1);
        var variance = expected.Sum(one => (one - x) * (one - x));
        if (own.Length < Scalable || !(variance > 1e-20 * expected.Sum(one => one * one))) yield break;
        var factor = expected.Zip(values, (one, value) => (one - x) * (value - y)).Sum() / variance;
        if (factor != 0) yield return (new TaskReading(y - factor * x, factor), 2);
    }
}
