using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>
/// How far likeness reaches along each dimension where it is about failing, and how surely: the values with the most evidence, found one
/// after another on a coarse grid. A dimension that has nothing to do with failing gets a long reach.
/// </summary>
internal sealed class FailureSearch
{
    /// <summary>Of points that failed and of points that did not: how many the reaches are chosen by, and how many are believed at all.</summary>
    private const int Searched = 60, Believed = 200;

    private const double PriorTrials = 10, PriorSuccesses = 9;

    /// <summary>Of failing having to do with the place.</summary>
    private const double BeforehandOdds = 9;

    private const int Sweeps = 3;
    private static readonly double[] Starts = [0.15, 0.3, 0.6, 1.2];
    private static readonly double[] Factors = [0.5, 2, 6];

    /// <summary>A reach is expected about a fifth of the diagonal, the spread of the log odds about 4; both within a factor of about three.</summary>
    private const double UsualReach = 0.2, UsualSpread = 4, ReachDoubt = 1.2, SpreadDoubt = 1;

    private static readonly Comparer<ImmutableArray<double>> ByCoordinate = Comparer<ImmutableArray<double>>.Create((one, other) => one.AsSpan().SequenceCompareTo(other.AsSpan()));

    private readonly UnitCube _cube;
    private readonly double _diagonal, _prior, _share;
    private readonly (Point Point, double Good, double Bad)[] _points;

    public FailureSearch(UnitCube cube, IReadOnlyList<Observation> trials)
    {
        (_cube, _diagonal) = (cube, Math.Sqrt(cube.Dimensions.Length));
        // In an order of their own, so that what is believed does not depend on the order of telling.
        var points = trials.GroupBy(trial => trial.Point).OrderBy(group => group.Key.Coordinates, ByCoordinate)
            .Select(group => (group.Key, (double)group.Count(trial => trial.Value is not null), (double)group.Count(trial => trial.Value is null))).ToArray();
        _share = (points.Sum(point => point.Item2) + PriorSuccesses) / (trials.Count + PriorTrials);
        _prior = Math.Log(_share / (1 - _share));
        _points = Evenly(points, Believed);
    }

    /// <summary>With the usual reach and spread, where there is too little to fit any, and for certain that failing has to do with the place.</summary>
    public FailureRisk Usual()
    {
        var (places, logs) = (new FailurePlaces(_cube, _points, _prior), Even(UsualReach));
        return new FailureRisk(places, logs, places.ModeWith(logs, null) ?? throw Unfactored(), support: 1);
    }

    /// <summary>The fitted risk.</summary>
    public FailureRisk Best()
    {
        var some = Evenly(_points, Searched);
        var searched = new FailurePlaces(_cube, some, _prior);
        var (best, most, start) = (Array.Empty<double>(), double.NegativeInfinity, default(double[]));
        foreach (var reach in Starts) Consider(Even(reach));
        for (var (sweep, before) = (0, double.NegativeInfinity); sweep < Sweeps && most > before + 1e-3; sweep++)
        {
            before = most;
            for (var k = 0; k < best.Length; k++)
            {
                var from = best;
                foreach (var factor in Factors)
                {
                    var logs = (double[])from.Clone();
                    logs[k] += Math.Log(factor);
                    Consider(logs);
                }
            }
        }
        var all = new FailurePlaces(_cube, _points, _prior);
        return new FailureRisk(all, best, all.ModeWith(best, null) ?? throw Unfactored(), Support(most, some));

        void Consider(double[] logs)
        {
            var mode = searched.ModeWith(logs, start);
            if (mode is null) return;
            var worth = mode.Evidence + LogPrior(logs);
            if (!(worth > most)) return;
            (best, most, start) = (logs, worth, mode.Odds);
        }
    }

    private double[] Even(double reach) => [.. Enumerable.Repeat(Math.Log(reach * _diagonal), _cube.Dimensions.Length), Math.Log(UsualSpread)];

    private static InvalidOperationException Unfactored() => new("a covariance that could be factored for a part of the points can be for all");

    /// <summary>
    /// By the evidence for places that differ, less what the choice of the reaches is worth (G. Schwarz, "Estimating the dimension of a model",
    /// Annals of Statistics 6, 1978, with two parameters chosen), against that for places all alike; nine to one beforehand.
    /// </summary>
    private double Support(double evidence, (Point Point, double Good, double Bad)[] trials)
    {
        var alike = trials.Sum(trial => trial.Good * Math.Log(_share) + trial.Bad * Math.Log(1 - _share));
        return 1 / (1 + Math.Exp(alike + Math.Log(trials.Sum(trial => trial.Good + trial.Bad) / BeforehandOdds) - evidence));
    }

    private double LogPrior(double[] logs)
    {
        var sum = Squared((logs[^1] - Math.Log(UsualSpread)) / SpreadDoubt);
        foreach (var log in logs.AsSpan(0, logs.Length - 1)) sum += Squared((log - Math.Log(UsualReach * _diagonal)) / ReachDoubt);
        return -sum / 2;

        static double Squared(double x) => x * x;
    }

    /// <summary>All, or so many of each kind, evenly over the points in their order.</summary>
    private static (Point, double Good, double Bad)[] Evenly((Point, double Good, double Bad)[] points, int most)
    {
        return [.. Of(points.Where(point => point.Bad > 0).ToArray()), .. Of(points.Where(point => point.Bad == 0).ToArray())];

        IEnumerable<(Point, double, double)> Of((Point, double, double)[] kind) =>
            kind.Length <= most ? kind : Enumerable.Range(0, most).Select(k => kind[(int)((k + 1L) * kind.Length / most) - 1]);
    }
}
