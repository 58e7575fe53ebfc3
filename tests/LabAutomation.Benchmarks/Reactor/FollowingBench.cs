using System.Globalization;
using LabAutomation.Hosting;
using LabAutomation.Instruments.Reactor;
using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Benchmarks.Reactor;

/// <summary>The hand-written controller, and the trained policy through the model host, on profiles and behind the filter.</summary>
internal static class FollowingBench
{
    private const int Corners = 16;

    private const double Bound = 0.01, OverrideBound = 0.01;

    /// <param name="seeds">Of the sensors' noise.</param>
    public static bool Run(DrumPolicies policies, int seeds)
    {
        var policy = policies.Find("reactor-policy").Propose;
        Console.WriteLine("| profile | seeds | mean deviation of the policy | its largest | overridden | mean of the hand-written controller | overridden |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        var isGood = true;
        foreach (var (name, seconds, setPoint) in LoadProfiles.All)
        {
            var runs = Enumerable.Range(0, seeds).Select(seed => FollowedLoad.Play(policy, seconds, setPoint, seed)).ToArray();
            var (mean, overridden) = (runs.Average(run => run.Mean), runs.Average(run => run.Overridden));
            var plain = FollowedLoad.Play(new LoadFollower().Propose, seconds, setPoint, 0);
            Say($"| {name} | {seeds} | {mean:P3} | {runs.Max(run => run.Worst):P2} | {overridden:P2} | {plain.Mean:P3} | {plain.Overridden:P2} |");
            isGood &= mean <= Bound && overridden < OverrideBound && runs.All(run => run.Violation.Length == 0);
        }

        Say($"the policy keeps its bounds on every profile: {isGood}; mean deviation at most {Bound:P0} of the set-point, overridden in less than {OverrideBound:P0} of ticks, no limit passed");
        isGood &= AtCorners(policy);
        Console.WriteLine();
        return isGood;
    }

    /// <summary>Cores whose drum worth, coefficients and heat transfers are each just 3 % from what the filter and the policy know, up or down; both coefficients go the same way.</summary>
    private static bool AtCorners(DrumPolicy policy)
    {
        var cores = Enumerable.Range(0, Corners).Select(corner => CoreConstants.HolosQuad with
        {
            DrumWorth = Off(CoreConstants.HolosQuad.DrumWorth, corner, 0),
            FuelCoefficient = Off(CoreConstants.HolosQuad.FuelCoefficient, corner, 1),
            ModeratorCoefficient = Off(CoreConstants.HolosQuad.ModeratorCoefficient, corner, 1),
            FuelToModerator = Off(CoreConstants.HolosQuad.FuelToModerator, corner, 2),
            ModeratorToCoolant = Off(CoreConstants.HolosQuad.ModeratorToCoolant, corner, 3),
        }).ToArray();
        var runs = LoadProfiles.All.SelectMany(profile => cores.Select((core, corner) => (profile.Name, Run: FollowedLoad.Play(policy, profile.Seconds, profile.SetPoint, corner, core)))).ToArray();
        var (worst, most, tripped) = (runs.MaxBy(one => one.Run.Mean), runs.MaxBy(one => one.Run.Overridden), runs.Count(one => one.Run.Trip is not null));
        Say($"at {Corners} corners of a core 3 % off: mean deviation at most {worst.Run.Mean:P3} ({worst.Name}), overridden in at most {most.Run.Overridden:P2} ({most.Name}), {tripped} of {runs.Length} tripped{(tripped == 0 ? "" : $": {runs.First(one => one.Run.Trip is not null).Run.Trip}")}; bounds {Bound:P0}, none, no trip");
        return tripped == 0 && worst.Run.Mean <= Bound && runs.All(one => one.Run.Violation.Length == 0);
    }

    private static double Off(double constant, int corner, int bit) => constant * (1 + (ReactorCase.UsualMismatch * ((corner >> bit & 1) == 0 ? 1 : -1)));

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
