namespace LabAutomation.Simulators.Reactor;

/// <summary>
/// What makes one core with lumped fuel, moderator and coolant, iodine, xenon and control drums. <see cref="HolosQuad"/> is the published
/// model of a 22 MW gas-cooled microreactor (Choi 2020; constants as in the open model of aims-umich). Its published thermal equations do not
/// conserve energy, since the fuel gives its heat to the coolant and the moderator receives that of another difference; here fuel heats moderator and
/// moderator heats coolant, with the same constants.
/// </summary>
public sealed record CoreConstants
{
    public static readonly CoreConstants HolosQuad = new();

    public PointKinetics Kinetics { get; init; } = new(1.68e-3,
        new DelayedGroup(1.42481e-4, 0.01272), new DelayedGroup(9.24281e-4, 0.03174), new DelayedGroup(7.79956e-4, 0.116),
        new DelayedGroup(20.6583e-4, 0.311), new DelayedGroup(6.71175e-4, 1.40), new DelayedGroup(2.17806e-4, 3.87));

    /// <summary>Rated thermal power at n = 1, W.</summary>
    public double Power { get; init; } = 22e6;

    /// <summary>Share of the power that is released in the fuel; the rest is released in the moderator.</summary>
    public double FuelShare { get; init; } = 0.96;

    /// <summary>J/K; likewise the two below.</summary>
    public double FuelHeatCapacity { get; init; } = 2002 * 977;

    public double ModeratorHeatCapacity { get; init; } = 11573 * 1697;

    public double CoolantHeatCapacity { get; init; } = 500 * 5188.6;

    /// <summary>W/K.</summary>
    public double FuelToModerator { get; init; } = 1.17e6;

    /// <summary>W/K.</summary>
    public double ModeratorToCoolant { get; init; } = 2.16e5;

    /// <summary>Mass flow times specific heat of the coolant, W/K.</summary>
    public double CoolantFlow { get; init; } = 17.5 * 5188.6;

    /// <summary>Coolant outlet at rated power, K; what the inlet follows from.</summary>
    public double RatedOutlet { get; init; } = 1106;

    /// <summary>1/K; likewise the moderator's.</summary>
    public double FuelCoefficient { get; init; } = -2.875e-5;

    public double ModeratorCoefficient { get; init; } = -3.696e-5;

    public int Drums { get; init; } = 8;

    /// <summary>Reactivity of one drum between its ends, absolute.</summary>
    public double DrumWorth { get; init; } = 510e-5;

    /// <summary>Where all drums stand at rated power with its xenon, degrees.</summary>
    public double RatedAngle { get; init; } = 77.8;

    /// <summary>What a drum's motor can do, degrees per second.</summary>
    public double FastestDrum { get; init; } = 1;

    public double IodineYield { get; init; } = 0.061;

    public double XenonYield { get; init; } = 0.002;

    /// <summary>1/s; likewise xenon's.</summary>
    public double IodineDecay { get; init; } = 2.87e-5;

    public double XenonDecay { get; init; } = 2.09e-5;

    /// <summary>m².</summary>
    public double XenonCrossSection { get; init; } = 2.65e-22;

    /// <summary>Macroscopic, 1/m.</summary>
    public double FissionCrossSection { get; init; } = 0.1117;

    /// <summary>Neutron flux at rated power: 2190 m/s times 2.25e13 neutrons per m³; 1/(m² s).</summary>
    public double RatedFlux { get; init; } = 2190 * 2.25e13;

    /// <summary>Coolant inlet, K: 863.71 for Holos-Quad.</summary>
    public double Inlet => RatedOutlet - (Power / CoolantFlow);

    /// <summary>1/s, how fast the flux of rated power burns xenon.</summary>
    public double XenonBurnup => XenonCrossSection * RatedFlux;

    /// <summary>What the xenon of rated power takes away, absolute and positive: 2,423 pcm for Holos-Quad.</summary>
    public double RatedXenonWorth =>
        XenonCrossSection * (IodineYield + XenonYield) * RatedFlux / (XenonDecay + XenonBurnup);

    /// <summary>What feedback adds to the drums, absolute; 0 in balance at rated power.</summary>
    /// <param name="fuel">K.</param>
    /// <param name="moderator">K.</param>
    /// <param name="xenon">In multiples of its amount at rated power.</param>
    public double Feedback(double fuel, double moderator, double xenon)
    {
        var (ratedFuel, ratedModerator, _) = Temperatures(1);
        return (FuelCoefficient * (fuel - ratedFuel)) + (ModeratorCoefficient * (moderator - ratedModerator)) - (RatedXenonWorth * (xenon - 1));
    }

    /// <summary>In balance at a power, in multiples of the rated one; K.</summary>
    public (double Fuel, double Moderator, double Coolant) Temperatures(double power)
    {
        var coolant = Inlet + (power * Power / (2 * CoolantFlow));
        var moderator = coolant + (power * Power / ModeratorToCoolant);
        return (moderator + (FuelShare * power * Power / FuelToModerator), moderator, coolant);
    }

    /// <summary>Xenon in balance at a power, in multiples of its amount at rated power.</summary>
    public double BalancedXenon(double power) => power * (XenonDecay + XenonBurnup) / (XenonDecay + (XenonBurnup * power));

    /// <summary>Where all drums stand together when the core is in balance at a power, degrees.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The drums cannot hold the core there.</exception>
    public double BalancedAngle(double power)
    {
        var (fuel, moderator, _) = Temperatures(power);
        var cosine = Math.Cos(RatedAngle * Math.PI / 180) + (2 * Feedback(fuel, moderator, BalancedXenon(power)) / (Drums * DrumWorth));
        if (!(Math.Abs(cosine) <= 1)) throw new ArgumentOutOfRangeException(nameof(power), power, "no angle of the drums holds the core at this power");
        return Math.Acos(cosine) * 180 / Math.PI;
    }
}
