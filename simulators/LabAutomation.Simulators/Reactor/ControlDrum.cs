namespace LabAutomation.Simulators.Reactor;

/// <summary>
/// A drum with an absorber on one side. At 0° the absorber faces the core; turned out to 180° the drum has given all of its worth:
/// ρ(θ) = worth (1 − cos θ)/2.
/// </summary>
public sealed class ControlDrum(double worth, double fastest, double angle)
{
    public const double Innermost = 0, Outermost = 180;

    /// <summary>Degrees.</summary>
    public double Angle { get; private set; } = Math.Clamp(angle, Innermost, Outermost);

    /// <summary>The motor turns and the drum does not.</summary>
    public bool IsJammed { get; set; }

    /// <summary>Absolute, 0 at the inner end.</summary>
    public double Reactivity => worth * (1 - Math.Cos(Angle * (Math.PI / 180))) / 2;

    /// <summary>Turns as far as motor and ends let it.</summary>
    /// <param name="rate">Degrees per second, positive outwards; no number is no motion.</param>
    /// <param name="seconds">s.</param>
    /// <returns>Whether the drum moved.</returns>
    public bool Turn(double rate, double seconds)
    {
        if (IsJammed || double.IsNaN(rate) || rate == 0) return false;
        var before = Angle;
        Angle = Math.Clamp(Angle + (Math.Clamp(rate, -fastest, fastest) * seconds), Innermost, Outermost);
        return Angle != before;
    }
}
