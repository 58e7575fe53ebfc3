using System.Globalization;
using LabAutomation.Hosting;
using LabAutomation.Instruments.Reactor;

namespace LabAutomation.Benchmarks.Reactor;

/// <summary>The hand-written controller, and the trained policy through the model host, on profiles and behind the filter.</summary>
internal static class FollowingBench
{
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
        Console.WriteLine();
        return isGood;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
