namespace LabAutomation.Simulators.Reactor;

/// <summary>All drums of a core.</summary>
public sealed class DrumBank
{
    private readonly ControlDrum[] _drums;
    private readonly double _rated;

    /// <param name="angle">Of all drums, degrees.</param>
    public DrumBank(CoreConstants constants, double angle)
    {
        ControlDrum At(double degrees) => new(constants.DrumWorth, constants.FastestDrum, degrees);
        _drums = [.. Enumerable.Range(0, constants.Drums).Select(_ => At(angle))];
        _rated = constants.Drums * At(constants.RatedAngle).Reactivity;
        Reactivity = Sum();
    }

    public IReadOnlyList<ControlDrum> Drums => _drums;

    /// <summary>Absolute, 0 when all stand at their rated angle.</summary>
    public double Reactivity { get; private set; }

    /// <param name="rates">Degrees per second, one for each drum, positive outwards.</param>
    /// <param name="seconds">s.</param>
    public void Turn(ReadOnlySpan<double> rates, double seconds)
    {
        var moved = false;
        for (var i = 0; i < _drums.Length; i++) moved |= _drums[i].Turn(rates[i], seconds);
        if (moved) Reactivity = Sum();
    }

    private double Sum()
    {
        var sum = -_rated;
        foreach (var drum in _drums) sum += drum.Reactivity;
        return sum;
    }
}
