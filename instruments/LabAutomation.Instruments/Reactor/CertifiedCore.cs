using static LabAutomation.Instruments.Reactor.CertifiedConstants;

namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// The filter's own model of the core. Two implicit stages a step: given the reactivity, precursors follow from the power and the temperatures from a chain of
/// three, so that a stage is a few dozen operations and no step is too long to be stable, however deep the drums are.
/// </summary>
internal sealed class CertifiedCore
{
    private readonly double[] _precursors = new double[Groups], _start = new double[Groups];

    /// <summary>In multiples of the rated power.</summary>
    public double Power { get; private set; }

    /// <summary>K.</summary>
    public double Fuel { get; private set; }

    public double Moderator { get; private set; }

    /// <summary>Mean of inlet and outlet.</summary>
    public double Coolant { get; private set; }

    /// <summary>Nuclei per m³; likewise xenon.</summary>
    public double Iodine { get; private set; }

    public double Xenon { get; private set; }

    /// <summary>What power, drums and temperatures leave unexplained, absolute.</summary>
    public double Bias { get; private set; }

    /// <summary>Relative change of power at the end of the last step, 1/s.</summary>
    public double Growth { get; private set; }

    /// <summary>At the end of the last step, absolute.</summary>
    public double Reactivity { get; private set; }

    /// <summary>In balance, with whatever bias makes it so.</summary>
    /// <param name="drums">Absolute.</param>
    public void Rest(double power, double drums)
    {
        Power = power;
        Array.Fill(_precursors, power);
        Coolant = Inlet + (power * (RatedCoolant - Inlet));
        Moderator = Coolant + (power * (RatedModerator - RatedCoolant));
        Fuel = Moderator + (power * (RatedFuel - RatedModerator));
        Iodine = IodineYield * FissionSection * Flux * power / IodineDecay;
        Xenon = (IodineYield + XenonYield) * FissionSection * Flux * power / (XenonDecay + (XenonSection * Flux * power));
        Bias = -drums - FeedbackAt(Fuel, Moderator);
        Growth = 0;
    }

    public void CopyFrom(CertifiedCore other)
    {
        (Power, Fuel, Moderator, Coolant) = (other.Power, other.Fuel, other.Moderator, other.Coolant);
        (Iodine, Xenon, Bias, Growth) = (other.Iodine, other.Xenon, other.Bias, other.Growth);
        other._precursors.CopyTo(_precursors, 0);
    }

    /// <summary>Neutrons and precursors together.</summary>
    public void ScalePower(double factor)
    {
        Power *= factor;
        for (var i = 0; i < Groups; i++) _precursors[i] *= factor;
    }

    /// <summary>K, and absolute.</summary>
    public void Correct(double fuel, double moderator, double coolant, double bias)
    {
        Fuel += fuel;
        Moderator += moderator;
        Coolant += coolant;
        Bias += bias;
    }

    /// <param name="time">s on <paramref name="path"/>.</param>
    public void Step(StageFactors factors, DrumPath path, double time)
    {
        var (power, fuel, moderator, coolant) = (Power, Fuel, Moderator, Coolant);
        _precursors.CopyTo(_start, 0);
        Solve(factors, path.Reactivity(time + factors.Stage), power, fuel, moderator, coolant);

        // The second stage starts from what the first one's slope gives for the rest of the step.
        const double Rest = (1 - StageFactors.Gamma) / StageFactors.Gamma;
        var basis = power + (Rest * (Power - power));
        for (var i = 0; i < Groups; i++) _start[i] += Rest * (_precursors[i] - _start[i]);
        var drums = path.Reactivity(time + factors.Length);
        Solve(factors, drums, basis, fuel + (Rest * (Fuel - fuel)), moderator + (Rest * (Moderator - moderator)), coolant + (Rest * (Coolant - coolant)));
        Growth = (Power - basis) / (factors.Stage * Power);
        Reactivity = drums + Bias + FeedbackAt(Fuel, Moderator);

        var flux = Flux * (power + Power) / 2;
        var (iodine, xenon) = (Iodine, Xenon);
        Iodine += factors.Length * ((IodineYield * FissionSection * flux) - (IodineDecay * iodine));
        Xenon += factors.Length * ((XenonYield * FissionSection * flux) + (IodineDecay * iodine) - ((XenonDecay + (XenonSection * flux)) * xenon));
    }

    private void Solve(StageFactors f, double drums, double power, double fuel, double moderator, double coolant)
    {
        var source = power;
        for (var i = 0; i < Groups; i++) source += f.Source[i] * _start[i];

        // Feedback moves little within a stage: the second pass leaves nothing to improve.
        for (var pass = 0; pass < 2; pass++)
        {
            var reactivity = drums + Bias + FeedbackAt(Fuel, Moderator);
            var loss = 1 - (f.Stage / GenerationTime * (reactivity - Delayed)) - f.Fed;
            Power = loss > 0 ? source / loss : double.PositiveInfinity;
            Heat(f, fuel, moderator, coolant);
        }

        for (var i = 0; i < Groups; i++) _precursors[i] = f.Left[i] * (_start[i] + (f.Decay[i] * Power));
    }

    private void Heat(StageFactors f, double fuel, double moderator, double coolant)
    {
        var fuelShare = 1 / (1 + f.FuelOut);
        var coolantShare = 1 / (1 + f.CoolantFromModerator + f.CoolantOut);
        var alone = (fuel + (f.FuelIn * Power)) * fuelShare;
        var cold = (coolant + (f.CoolantOut * Inlet)) * coolantShare;
        var weight = 1 + (f.ModeratorFromFuel * (1 - (f.FuelOut * fuelShare))) + (f.ModeratorOut * (1 - (f.CoolantFromModerator * coolantShare)));
        Moderator = (moderator + (f.ModeratorIn * Power) + (f.ModeratorFromFuel * alone) + (f.ModeratorOut * cold)) / weight;
        Fuel = alone + (f.FuelOut * fuelShare * Moderator);
        Coolant = cold + (f.CoolantFromModerator * coolantShare * Moderator);
    }

    private double FeedbackAt(double fuel, double moderator)
    {
        const double RatedXenon = (IodineYield + XenonYield) * FissionSection * Flux / (XenonDecay + (XenonSection * Flux));
        return (FuelCoefficient * (fuel - RatedFuel)) + (ModeratorCoefficient * (moderator - RatedModerator)) - (XenonSection * (Xenon - RatedXenon) / FissionSection);
    }
}
