namespace LabAutomation.Simulators.Reactor;

/// <summary>The inhour equation: which reactivity makes n grow as exp(ω t), ρ(ω) = ω (Λ + Σ β_i/(ω + λ_i)).</summary>
public static class Inhour
{
    /// <param name="growth">ω, 1/s, above the negative of the smallest decay constant.</param>
    public static Reactivity At(PointKinetics kinetics, double growth)
    {
        var sum = kinetics.GenerationTime;
        foreach (var group in kinetics.Groups) sum += group.Fraction / (growth + group.DecayConstant);
        return new Reactivity(growth * sum);
    }

    /// <summary>
    /// The period in which n changes e-fold once all transients are over, s: positive while it grows, negative while it falls, infinite at
    /// ρ = 0. However negative ρ is, n falls no faster than the longest-lived precursors decay.
    /// </summary>
    public static double StablePeriod(PointKinetics kinetics, Reactivity reactivity)
    {
        if (reactivity.Value == 0) return double.PositiveInfinity;
        var slowest = double.PositiveInfinity;
        foreach (var group in kinetics.Groups) slowest = Math.Min(slowest, group.DecayConstant);

        // ρ rises with ω from minus infinity at the pole −λ_min, so that the largest root lies right of it.
        var (low, high) = reactivity.Value < 0 ? (-slowest, 0.0) : (0.0, 1.0);
        while (At(kinetics, high).Value < reactivity.Value) high *= 2;
        for (var halving = 0; halving < 200 && high - low > Math.Abs(high + low) * 1e-16; halving++)
        {
            var middle = (low + high) / 2;
            if (middle == low || middle == high) break;
            if (At(kinetics, middle).Value < reactivity.Value) low = middle;
            else high = middle;
        }

        return 2 / (low + high);
    }
}
