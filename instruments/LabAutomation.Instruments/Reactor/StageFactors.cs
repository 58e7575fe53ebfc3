using static LabAutomation.Instruments.Reactor.CertifiedConstants;

namespace LabAutomation.Instruments.Reactor;

/// <summary>What a step of one length has in common with all others of that length. See <see cref="CertifiedCore"/>.</summary>
internal sealed class StageFactors
{
    /// <summary>1 − 1/√2, which makes the two-stage method L-stable and of second order (Alexander 1977).</summary>
    public const double Gamma = 0.29289321881345248;

    public StageFactors(double length)
    {
        Length = length;
        var g = Stage = Gamma * length;
        for (var i = 0; i < Groups; i++)
        {
            Decay[i] = g * Decays[i];
            Left[i] = 1 / (1 + Decay[i]);
            Source[i] = g / GenerationTime * Fractions[i] * Left[i];
            Fed += Source[i] * Decay[i];
        }

        (FuelOut, FuelIn) = (g * FuelToModerator / FuelHeat, g * InFuel / FuelHeat);
        (ModeratorFromFuel, ModeratorOut, ModeratorIn) = (g * FuelToModerator / ModeratorHeat, g * ModeratorToCoolant / ModeratorHeat, g * InModerator / ModeratorHeat);
        (CoolantFromModerator, CoolantOut) = (g * ModeratorToCoolant / CoolantHeat, g * CoolantToInlet / CoolantHeat);
    }

    /// <summary>s, of the whole step and of a stage.</summary>
    public double Length { get; }

    public double Stage { get; }

    public double[] Decay { get; } = new double[Groups];

    public double[] Left { get; } = new double[Groups];

    public double[] Source { get; } = new double[Groups];

    public double Fed { get; }

    public double FuelOut { get; }

    public double FuelIn { get; }

    public double ModeratorFromFuel { get; }

    public double ModeratorOut { get; }

    public double ModeratorIn { get; }

    public double CoolantFromModerator { get; }

    public double CoolantOut { get; }
}
