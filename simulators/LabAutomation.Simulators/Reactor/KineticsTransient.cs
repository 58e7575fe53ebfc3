using LabAutomation.Simulators.Reactor.Integration;

namespace LabAutomation.Simulators.Reactor;

/// <summary>Reactivity as a function of time (s) and of the energy released since the start, ∫ n dt; absolute.</summary>
public delegate double ReactivityProgramme(double time, double energy);

/// <summary>A core that starts in balance at n = 1 and follows a programme of reactivity; adiabatic feedback comes through the energy.</summary>
public sealed class KineticsTransient
{
    private readonly RadauIntegrator _integrator;

    /// <param name="tolerance">See <see cref="RadauIntegrator"/>.</param>
    public KineticsTransient(PointKinetics kinetics, ReactivityProgramme reactivity, double tolerance = 1e-6)
    {
        var groups = kinetics.Groups.Length;
        var start = new double[groups + 2];
        Array.Fill(start, 1, 0, groups + 1);
        _integrator = new RadauIntegrator(Rates, start, tolerance);

        void Rates(double time, ReadOnlySpan<double> state, Span<double> rates)
        {
            rates[0] = kinetics.Rate(reactivity(time, state[groups + 1]), state[0], state.Slice(1, groups), rates.Slice(1, groups));
            rates[groups + 1] = state[0];
        }
    }

    /// <summary>s since the start.</summary>
    public double Time => _integrator.Time;

    public double Neutrons => _integrator.State[0];

    /// <returns>n at a time that is not before <see cref="Time"/>, s.</returns>
    public double At(double time)
    {
        _integrator.AdvanceTo(time);
        return Neutrons;
    }

    /// <summary>Goes on to the next maximum of n, which is then <see cref="Neutrons"/> at <see cref="Time"/>.</summary>
    /// <param name="latest">s; where to stop when there is none.</param>
    /// <returns>Whether one was found.</returns>
    public bool AdvanceToPeak(double latest) => _integrator.AdvanceToPeak(0, latest);
}
