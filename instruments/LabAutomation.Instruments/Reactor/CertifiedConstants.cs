namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// The constants of the Holos-Quad microreactor as the filter knows them (Choi 2020, and the open model of aims-umich). Written down for
/// the filter alone, so that a slip in a plant's constants shows as a disagreement. SI units, reactivity absolute, angles in degrees.
/// </summary>
internal static class CertifiedConstants
{
    public const int Groups = 6, Drums = 8;

    public const double GenerationTime = 1.68e-3;

    public static ReadOnlySpan<double> Fractions => [1.42481e-4, 9.24281e-4, 7.79956e-4, 2.06583e-3, 6.71175e-4, 2.17806e-4];

    public static ReadOnlySpan<double> Decays => [0.01272, 0.03174, 0.116, 0.311, 1.40, 3.87];

    /// <summary>The sum of <see cref="Fractions"/>: 1 $.</summary>
    public const double Delayed = 4.801529e-3;

    public const double Power = 22e6, InFuel = 0.96 * Power, InModerator = Power - InFuel;

    public const double FuelHeat = 1_955_954, ModeratorHeat = 19_639_381, CoolantHeat = 2_594_300;

    public const double FuelToModerator = 1.17e6, ModeratorToCoolant = 2.16e5;

    /// <summary>Twice mass flow times specific heat: from the mean of inlet and outlet to the inlet.</summary>
    public const double CoolantToInlet = 2 * 90_800.5;

    public const double Inlet = 1106 - (Power / 90_800.5);

    public const double RatedCoolant = Inlet + (Power / CoolantToInlet);

    public const double RatedModerator = RatedCoolant + (Power / ModeratorToCoolant);

    public const double RatedFuel = RatedModerator + (InFuel / FuelToModerator);

    public const double FuelCoefficient = -2.875e-5, ModeratorCoefficient = -3.696e-5;

    public const double DrumWorth = 510e-5, RatedAngle = 77.8, Outermost = 180;

    public const double IodineDecay = 2.87e-5, XenonDecay = 2.09e-5;

    public const double Flux = 4.9275e16, XenonSection = 2.65e-22, FissionSection = 0.1117, IodineYield = 0.061, XenonYield = 0.002;

    /// <summary>Standard deviation that a living channel shows: of power as a part of it, of temperatures in K, of encoders in degrees.</summary>
    public const double PowerNoise = 0.002, TemperatureNoise = 0.5, AngleNoise = 0.02;
}
