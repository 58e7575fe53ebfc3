using LabAutomation.Instruments.Reactor;
using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Benchmarks.Reactor;

/// <summary>The hand-written controller on a day's profile in short: down and up by a fifth in 10 % a minute, behind the filter.</summary>
/// <param name="Worst">Largest deviation from the set point, as a part of it; likewise the mean.</param>
/// <param name="Overridden">Share of ticks.</param>
internal sealed record FollowedLoad(double Worst, double Mean, double Overridden, string Violation)
{
    public static FollowedLoad Play(long seed)
    {
        var setPoint = LoadFollowing.Ramps((0, 1), (20, 1), (140, 0.8), (180, 0.8), (240, 0.9), (300, 0.9));
        var limits = new ReactorLimits();
        var episode = new ReactorEpisode(CoreConstants.HolosQuad, 1, [], new LoadFollowing(setPoint).Steer, limits, new SafetyFilter(limits), seed);
        var (worst, sum) = (0.0, 0.0);
        for (var second = 1; second <= ReactorCase.Seconds; second++)
        {
            episode.Run(1);
            var deviation = Math.Abs((episode.Core.Power / setPoint(second)) - 1);
            worst = Math.Max(worst, deviation);
            sum += deviation;
        }

        return new FollowedLoad(worst, sum / ReactorCase.Seconds, (double)episode.Overridden / episode.Ticks, episode.Violation);
    }
}
