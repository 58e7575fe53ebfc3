using System.Collections.Immutable;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Hosting.Chaos;

/// <summary>
/// Makes the script of a violation small: leaves out faults, then makes those that stay shorter, as long as the same promise is broken. After
/// delta debugging (Zeller and Hildebrandt, IEEE Transactions on Software Engineering 28 (2002) 183).
/// </summary>
public static class Shrinking
{
    private const int MostTries = 200;

    /// <param name="end">With the violation.</param>
    /// <param name="told">Told of the faults that are left, each time there are fewer or shorter ones.</param>
    public static EpisodeEnd Of(EpisodeSetup setup, EpisodeEnd end, Action<EpisodeEnd> told, CancellationToken cancellation)
    {
        var best = end;
        var tries = 0;

        var chunk = Math.Max(1, best.Faults.Length / 2);
        while (chunk >= 1)
        {
            var isSmaller = false;
            for (var from = 0; from < best.Faults.Length; from += chunk)
            {
                ImmutableArray<Fault> rest = [.. best.Faults.Select(fault => fault.Fault).Where((_, k) => k < from || k >= from + chunk)];
                if (!Holds(rest)) continue;
                isSmaller = true;
                break;
            }

            if (!isSmaller) chunk /= 2;
            else chunk = Math.Min(chunk, Math.Max(1, best.Faults.Length / 2));
        }

        for (var k = 0; k < best.Faults.Length; k++)
        {
            while (best.Faults[k].Fault is { For.TotalSeconds: > 1 } fault && Holds(With(best, k, fault with { For = TimeSpan.FromMilliseconds(Math.Round(fault.For.TotalMilliseconds / 2)) })))
            {
            }
        }

        return best;

        bool Holds(ImmutableArray<Fault> faults)
        {
            if (cancellation.IsCancellationRequested || ++tries > MostTries) return false;
            var tried = Episode.Run(setup, end.Seed, faults);
            if (tried.Violations.IsEmpty || tried.Violations[0].Oracle != end.Violations[0].Oracle) return false;
            best = tried;
            told(best);
            return true;
        }
    }

    private static ImmutableArray<Fault> With(EpisodeEnd end, int k, Fault fault) => end.Faults.Select(known => known.Fault).ToImmutableArray().SetItem(k, fault);
}
