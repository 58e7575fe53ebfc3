namespace LabAutomation.Simulators.Reactor;

/// <summary>One group of delayed-neutron precursors.</summary>
/// <param name="Fraction">β_i, share of all fission neutrons, above 0.</param>
/// <param name="DecayConstant">λ_i, 1/s, above 0.</param>
public readonly record struct DelayedGroup(double Fraction, double DecayConstant);
