namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// A programme of the drums that looks at no measurement: they turn with the set-point, and go on turning as precursors and temperatures follow.
/// Angle = start + turn Δ + followUp y, with Δ the change of the set-point and y following it within a time.
/// </summary>
/// <param name="turn">Degrees for a change by the rated power, at once.</param>
/// <param name="followUp">Degrees for a change by the rated power, in the end and on top.</param>
/// <param name="relax">s, in which the difference to the end falls by a factor e.</param>
public sealed class DrumSchedule(double turn, double followUp, double relax)
{
    private double _start = double.NaN, _followed;

    /// <inheritdoc cref="DrumPolicy"/>
    public DrumProposal Propose(FollowingView view)
    {
        if (double.IsNaN(_start)) _start = view.SetPoint[0];
        var step = (view.SetPoint[0] - _start - _followed) * (1 - Math.Exp(-1 / relax));
        _followed += step;
        return (turn * (view.SetPoint[1] - view.SetPoint[0])) + (followUp * step);
    }
}
