namespace LabAutomation.Simulators.Liquids;

/// <summary>How far a stirred vessel is from uniform.</summary>
internal static class Mixing
{
    /// <summary>Revolutions in which the unmixed share falls by a factor e.</summary>
    public const double Revolutions = 20;

    /// <summary>
    /// Below this the share is taken as exactly 0. Otherwise a rest of the exponential, which depends on the millisecond at which a step
    /// ran, would reach the spectra, and a resumed campaign could not repeat an uninterrupted one.
    /// </summary>
    public const double Negligible = 1e-4;

    public static double Unmixed(double revolutionsSinceDose)
    {
        var share = Math.Exp(-revolutionsSinceDose / Revolutions);
        return share < Negligible ? 0 : share;
    }
}
