using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Simulators.Diffraction;

namespace LabAutomation.Benchmarks.Detector;

/// <summary>What a finder found on frames beside what is there. A found peak is right where a true one lies within 2 pixels that no other has taken.</summary>
internal sealed class Matches
{
    /// <summary>Photons of a peak that is expected to be found.</summary>
    public const double Countable = 15;

    private const double Near = 2;

    private readonly List<(double Score, bool IsRight, bool Counts, double Distance)> _found = [];

    /// <summary>True peaks of at least <see cref="Countable"/> photons.</summary>
    public int There { get; private set; }

    /// <summary>Pixels from the true place, of those that are right.</summary>
    public List<double> Distances { get; } = [];

    public void Add(IReadOnlyList<BraggPeak> truth, IEnumerable<FoundPeak> found)
    {
        There += truth.Count(peak => peak.Photons >= Countable);
        var free = truth.ToList();
        foreach (var peak in found.OrderByDescending(one => one.Score))
        {
            var nearest = free.Count == 0 ? default : free.MinBy(one => double.Hypot(one.X - peak.X, one.Y - peak.Y));
            var distance = free.Count == 0 ? double.MaxValue : double.Hypot(nearest.X - peak.X, nearest.Y - peak.Y);
            var isRight = distance <= Near;
            _found.Add((peak.Score, isRight, isRight && nearest.Photons >= Countable, distance));
            if (!isRight) continue;
            Distances.Add(distance);
            free.Remove(nearest);
        }
    }

    /// <summary>Pixels within which a share of the right peaks lie, of the surest: as many as there are with no more false ones than so many.</summary>
    public double ErrorWith(int mostFalse, double share)
    {
        var cut = Cut(mostFalse);
        var right = _found.Where(one => one.IsRight && one.Score >= cut).Select(one => one.Distance).Order().ToList();
        return right[(int)(share * (right.Count - 1))];
    }

    public int False => _found.Count(one => !one.IsRight);

    /// <summary>Share of the countable peaks that were found, and of the found ones that are right.</summary>
    public (double Recall, double Precision) Rates => RatesAt(double.MinValue);

    /// <summary>The same where no more peaks are false than so many: the surest are taken first.</summary>
    public (double Recall, double Precision) RatesWith(int mostFalse) => RatesAt(Cut(mostFalse));

    private double Cut(int mostFalse)
    {
        var wrong = _found.Where(one => !one.IsRight).Select(one => one.Score).OrderDescending().ToList();
        return mostFalse < wrong.Count ? double.BitIncrement(wrong[mostFalse]) : double.MinValue;
    }

    /// <summary>Pixels within which a share of the right peaks lie.</summary>
    public double Error(double share) => Distances.Order().ElementAt((int)(share * (Distances.Count - 1)));

    private (double Recall, double Precision) RatesAt(double score)
    {
        var taken = _found.Where(one => one.Score >= score).ToList();
        return (taken.Count(one => one.Counts) / (double)Math.Max(1, There), taken.Count(one => one.IsRight) / (double)Math.Max(1, taken.Count));
    }
}
