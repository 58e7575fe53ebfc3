using LabAutomation.Instruments.Reactor;
using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Benchmarks.Reactor;

/// <summary>A profile followed behind the filter, from noisy sensors.</summary>
/// <param name="Worst">Largest deviation from the set-point, as a part of it; likewise the mean.</param>
/// <param name="Overridden">Share of ticks.</param>
/// <param name="Trip">Why the filter tripped; null where it did not.</param>
internal sealed record FollowedLoad(double Worst, double Mean, double Overridden, string Violation, string? Trip)
{
    public static FollowedLoad Play(DrumPolicy policy, int seconds, Func<double, double> setPoint, long seed, CoreConstants? plant = null)
    {
        var (limits, view) = (new ReactorLimits(), new FollowingView(setPoint));
        var episode = new ReactorEpisode(plant ?? CoreConstants.HolosQuad, setPoint(0), [], Steer, limits, new SafetyFilter(limits), seed) { Turned = view.Turned };
        var (worst, sum) = (0.0, 0.0);
        for (var second = 1; second <= seconds; second++)
        {
            episode.Run(1);
            var deviation = Math.Abs((episode.Core.Power / setPoint(second)) - 1);
            worst = Math.Max(worst, deviation);
            sum += deviation;
        }

        return new FollowedLoad(worst, sum / seconds, (double)episode.Overridden / episode.Ticks, episode.Violation, episode.Filter!.Trip);

        void Steer(int tick, ReactorReadings readings, Span<double> rates)
        {
            view.Take(readings, tick);
            rates.Fill(policy(view).Rate);
        }
    }
}
