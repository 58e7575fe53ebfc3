namespace LabAutomation.Simulators.Reactor;

/// <summary>
/// Point kinetics with any number of delayed groups: dn/dt = ((ρ − β) n + Σ β_i c_i)/Λ, dc_i/dt = λ_i (n − c_i). The precursors are divided by
/// what they are in balance at n = 1, so that a core at rest has n = c_i.
/// </summary>
public sealed class PointKinetics
{
    private readonly DelayedGroup[] _groups;

    /// <param name="generationTime">Λ, s.</param>
    /// <exception cref="ArgumentException">No group, or a constant that is not above 0.</exception>
    public PointKinetics(double generationTime, params IReadOnlyList<DelayedGroup> groups)
    {
        if (!(generationTime > 0)) throw new ArgumentException($"the generation time is {generationTime} s; it must be above 0", nameof(generationTime));
        if (groups.Count == 0) throw new ArgumentException("point kinetics needs at least one delayed group", nameof(groups));
        foreach (var group in groups)
            if (!(group.Fraction > 0 && group.DecayConstant > 0)) throw new ArgumentException($"{group}: fraction and decay constant must be above 0", nameof(groups));
        _groups = [.. groups];
        GenerationTime = generationTime;
        DelayedFraction = groups.Sum(group => group.Fraction);
    }

    /// <summary>Λ, s.</summary>
    public double GenerationTime { get; }

    /// <summary>β, the sum over the groups.</summary>
    public double DelayedFraction { get; }

    public ReadOnlySpan<DelayedGroup> Groups => _groups;

    /// <summary>Rates of change at one moment.</summary>
    /// <param name="reactivity">ρ, absolute.</param>
    /// <param name="precursors">c_i; one for each group, likewise <paramref name="precursorRates"/>.</param>
    /// <returns>dn/dt, 1/s.</returns>
    public double Rate(double reactivity, double neutrons, ReadOnlySpan<double> precursors, Span<double> precursorRates)
    {
        var delayed = 0.0;
        var groups = _groups;
        precursors = precursors[..groups.Length];
        precursorRates = precursorRates[..groups.Length];
        for (var i = 0; i < groups.Length; i++)
        {
            delayed += groups[i].Fraction * precursors[i];
            precursorRates[i] = groups[i].DecayConstant * (neutrons - precursors[i]);
        }

        return (((reactivity - DelayedFraction) * neutrons) + delayed) / GenerationTime;
    }

    /// <summary>n after a step of reactivity at n = 1, once prompt neutrons have settled and before precursors have moved. Holds below prompt critical.</summary>
    public double PromptJump(Reactivity step) => DelayedFraction / (DelayedFraction - step.Value);
}
