namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// Steers where no policy is given. A drum rate in proportion to the deviation brings power to the set-point, its integral takes the slow drift of temperatures
/// and xenon away, and a feed-forward turns the drums with the slope of the set-point.
/// </summary>
public sealed class LoadFollower
{
    /// <summary>Degrees of all drums for a change of power by the rated power: at once, before moderator and precursors follow.</summary>
    private const double FeedForward = 12;

    /// <summary>Degrees per second for a deviation by the rated power, and for such a deviation that has lasted for a second.</summary>
    private const double Proportional = 5, Integral = 0.5;

    private double _sum;

    /// <inheritdoc cref="DrumPolicy"/>
    public DrumProposal Propose(FollowingView view)
    {
        var deviation = view.SetPoint[0] - view.Power[0];
        _sum = Math.Clamp(_sum + deviation, -1, 1);
        return (FeedForward * (view.SetPoint[1] - view.SetPoint[0])) + (Proportional * deviation) + (Integral * _sum);
    }
}
