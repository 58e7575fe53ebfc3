namespace LabAutomation.Simulators.Reactor;

/// <summary>How far a core is from critical: ρ = (k − 1)/k.</summary>
/// <param name="Value">Absolute; 1 pcm is 1e-5.</param>
public readonly record struct Reactivity(double Value)
{
    /// <summary>Hundred thousandths.</summary>
    public double Pcm => Value * 1e5;

    public static Reactivity FromPcm(double pcm) => new(pcm * 1e-5);

    /// <param name="dollars">Multiples of the delayed fraction β.</param>
    public static Reactivity FromDollars(double dollars, PointKinetics kinetics) => new(dollars * kinetics.DelayedFraction);

    /// <summary>1 $ is prompt critical.</summary>
    public double Dollars(PointKinetics kinetics) => Value / kinetics.DelayedFraction;
}
