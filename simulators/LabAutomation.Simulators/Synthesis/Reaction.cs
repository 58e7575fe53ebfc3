using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Synthesis;

/// <summary>
/// The solid-state reaction of the powders of one recipe to one target phase. Its numbers follow from seed, target and recipe alone.
/// </summary>
/// <remarks>
/// The weight fraction of the target phase is <c>w = c · (1 − exp(−F)) · exp(−L)</c>. <c>c</c> is the ceiling that side phases leave.
/// The extent of formation <c>F</c> and that of decomposition and evaporation <c>L</c> are integrals of two Arrhenius rates over time,
/// <c>k(T) = k₀ exp(−E/R · (1/T − 1/T₀))</c>, of which the second rises faster: too cold a furnace does not convert, too hot a one
/// decomposes. In <see cref="Reference"/> at the optimum temperature T₀, F grows by 3 and L by 0.1.
/// <para>
/// Of each 58 targets 41 can be made: the best of their four recipes has a ceiling of 0.66 to 0.98, the others one of 0.15 to 0.85. A
/// target that cannot has no ceiling above 0.42. Optima lie from 650 °C to 1050 °C.
/// </para>
/// </remarks>
/// <param name="Ceiling">c, 0 to 1.</param>
/// <param name="Optimum">T₀, K.</param>
/// <param name="Forming">E of the formation, J/mol.</param>
/// <param name="Losing">E of the loss, J/mol.</param>
internal readonly record struct Reaction(double Ceiling, double Optimum, double Forming, double Losing)
{
    public const int Recipes = 4;

    /// <summary>Targets are drawn in groups of so many.</summary>
    private const int Group = 58;

    /// <summary>Of each group, those that can be made.</summary>
    private const int Makeable = 41;

    private const double GasConstant = 8.314462618;
    private const double FormedAtOptimum = 3;
    private const double LostAtOptimum = 0.1;

    /// <summary>The time in which <c>F</c> and <c>L</c> grow by what the remarks say, at the optimum temperature.</summary>
    public static readonly TimeSpan Reference = TimeSpan.FromHours(4);

    /// <param name="target">1, 2, 3…</param>
    /// <param name="recipe">1 to <see cref="Recipes"/>.</param>
    public static Reaction Of(long seed, int target, int recipe)
    {
        var common = new SeededNoise(seed, "synthesis/target", target);
        var (middle, best) = (Between(common, 730, 970), 1 + (int)(common.Uniform() * Recipes));
        var own = new SeededNoise(seed, $"synthesis/recipe/{target}", recipe);
        var (shift, ceiling) = (Between(own, -80, 80), own.Uniform());
        var (low, high) = !CanBeMade(seed, target) ? (0.02, 0.42) : recipe == best ? (0.66, 0.98) : (0.15, 0.85);
        return new Reaction(low + ((high - low) * ceiling), middle + shift + 273.15, Between(own, 120e3, 200e3), Between(own, 200e3, 320e3));
    }

    /// <summary>Whether some recipe and temperature gives a fraction of 0.5 or more.</summary>
    public static bool CanBeMade(long seed, int target)
    {
        var first = target - ((target - 1) % Group);
        var own = Luck(seed, target);
        return Enumerable.Range(first, Group).Count(other => Luck(seed, other) < own) < Makeable;
    }

    /// <summary>By how much <c>F</c> and <c>L</c> grow in a furnace program.</summary>
    /// <remarks>
    /// In closed form. A ramp counts as <c>RT²/(Eβ)</c> of dwelling at its top (the first term of the asymptotic series of the temperature
    /// integral: Coats and Redfern, Nature 201, 68, 1964), with β its rate at the top, on the way up and on the way down.
    /// </remarks>
    /// <param name="peak">K.</param>
    /// <param name="dwell">At the peak, s.</param>
    /// <param name="rise">K/s on the way up.</param>
    /// <param name="fall">K/s at the beginning of the way down.</param>
    public (double Formed, double Lost) In(double peak, double dwell, double rise, double fall) =>
        (FormedAtOptimum * Extent(Forming, peak, dwell, rise, fall), LostAtOptimum * Extent(Losing, peak, dwell, rise, fall));

    /// <summary>w, see the remarks.</summary>
    public double Fraction(double formed, double lost) => Ceiling * -double.ExpM1(-formed) * Math.Exp(-lost);

    private static double Luck(long seed, int target) => new SeededNoise(seed, "synthesis/luck", target).Uniform();

    private static double Between(SeededNoise noise, double low, double high) => low + ((high - low) * noise.Uniform());

    private double Extent(double energy, double peak, double dwell, double rise, double fall)
    {
        var ramps = GasConstant * peak * peak / energy * ((1 / rise) + (1 / fall));
        return Math.Exp(-energy / GasConstant * ((1 / peak) - (1 / Optimum))) * (dwell + ramps) / Reference.TotalSeconds;
    }
}
