namespace LabAutomation.Simulators.Reactor;

/// <summary>
/// A drum-controlled core: point kinetics, three lumped temperatures, iodine and xenon. Prompt neutrons of such a core settle within a third of a second, so
/// that the classical Runge-Kutta method is exact to ten digits at its step of 0.1 s.
/// </summary>
public sealed class Microreactor
{
    /// <summary>s.</summary>
    private const double Step = 0.1;

    private readonly PointKinetics _kinetics;
    private readonly int _groups;
    private readonly double _inlet, _inFuel, _inModerator, _fuelOut, _moderatorIn, _moderatorOut, _coolantIn, _coolantOut;
    private readonly double _ratedFeedback, _fuelCoefficient, _moderatorCoefficient, _xenonWorth;
    private readonly double _iodineDecay, _xenonDecay, _xenonBurnup, _fromFission, _fromIodine;
    private readonly double[] _state, _stage, _k1, _k2, _k3, _k4;

    /// <summary>A core in balance.</summary>
    /// <param name="power">In multiples of the rated power, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The drums cannot hold the core at this power.</exception>
    public Microreactor(CoreConstants constants, double power = 1)
    {
        var k = constants;
        (_kinetics, _groups, _inlet) = (k.Kinetics, k.Kinetics.Groups.Length, k.Inlet);
        (_inFuel, _fuelOut) = (k.FuelShare * k.Power / k.FuelHeatCapacity, k.FuelToModerator / k.FuelHeatCapacity);
        (_inModerator, _moderatorIn) = ((1 - k.FuelShare) * k.Power / k.ModeratorHeatCapacity, k.FuelToModerator / k.ModeratorHeatCapacity);
        (_moderatorOut, _coolantIn) = (k.ModeratorToCoolant / k.ModeratorHeatCapacity, k.ModeratorToCoolant / k.CoolantHeatCapacity);
        _coolantOut = 2 * k.CoolantFlow / k.CoolantHeatCapacity;
        (_fuelCoefficient, _moderatorCoefficient, _xenonWorth) = (k.FuelCoefficient, k.ModeratorCoefficient, k.RatedXenonWorth);
        (_iodineDecay, _xenonDecay, _xenonBurnup) = (k.IodineDecay, k.XenonDecay, k.XenonBurnup);
        var production = (k.XenonDecay + k.XenonBurnup) / (k.XenonYield + k.IodineYield);
        (_fromFission, _fromIodine) = (production * k.XenonYield, production * k.IodineYield);
        var (fuel, moderator, coolant) = constants.Temperatures(power);
        _state = [.. Enumerable.Repeat(power, _groups + 1), fuel, moderator, coolant, power, constants.BalancedXenon(power)];
        (_stage, _k1, _k2, _k3, _k4) = (new double[_state.Length], new double[_state.Length], new double[_state.Length], new double[_state.Length], new double[_state.Length]);
        _ratedFeedback = constants.Feedback(0, 0, 0);
        Bank = new DrumBank(constants, constants.BalancedAngle(power));
    }

    public DrumBank Bank { get; }

    /// <summary>s since the start.</summary>
    public double Time { get; private set; }

    /// <summary>In multiples of the rated power.</summary>
    public double Power => _state[0];

    /// <summary>K; likewise the two below.</summary>
    public double Fuel => _state[_groups + 1];

    public double Moderator => _state[_groups + 2];

    /// <summary>Mean of inlet and outlet.</summary>
    public double Coolant => _state[_groups + 3];

    /// <summary>K.</summary>
    public double CoolantOutlet => (2 * Coolant) - _inlet;

    /// <summary>In multiples of the amount at rated power; likewise xenon.</summary>
    public double Iodine => _state[_groups + 4];

    public double Xenon => _state[_groups + 5];

    public Reactivity Reactivity => new(Bank.Reactivity + Feedback(_state));

    /// <param name="seconds">s, above 0; divided into equal steps.</param>
    /// <param name="rates">Degrees per second for each drum, positive outwards; kept up all the time.</param>
    /// <returns>The worst on the way.</returns>
    public CoreExtremes Advance(double seconds, ReadOnlySpan<double> rates)
    {
        var extremes = new CoreExtremes();
        var steps = (int)Math.Ceiling((seconds / Step) - 1e-9);
        var length = seconds / steps;
        for (var step = 0; step < steps; step++)
        {
            TakeStep(length, rates);
            extremes.Note(_state[0], _k1[0] / _stage[0], Bank.Reactivity + Feedback(_state), Fuel);
        }

        Time += seconds;
        return extremes;
    }

    private void TakeStep(double length, ReadOnlySpan<double> rates)
    {
        var start = Bank.Reactivity;
        Bank.Turn(rates, length / 2);
        var middle = Bank.Reactivity;
        Bank.Turn(rates, length / 2);
        var end = Bank.Reactivity;

        Rates(start, _state, _k1);
        Shift(_k1, length / 2);
        Rates(middle, _stage, _k2);
        Shift(_k2, length / 2);
        Rates(middle, _stage, _k3);
        Shift(_k3, length);
        Rates(end, _stage, _k4);
        double[] k1 = _k1, k2 = _k2, k3 = _k3, k4 = _k4, state = _state;
        state.CopyTo(_stage, 0);
        var sixth = length / 6;
        for (var i = 0; i < state.Length; i++) state[i] += sixth * (k1[i] + (2 * (k2[i] + k3[i])) + k4[i]);
    }

    private void Shift(double[] rates, double length)
    {
        double[] stage = _stage, state = _state;
        for (var i = 0; i < stage.Length; i++) stage[i] = state[i] + (length * rates[i]);
    }

    private double Feedback(ReadOnlySpan<double> y) =>
        _ratedFeedback + (_fuelCoefficient * y[_groups + 1]) + (_moderatorCoefficient * y[_groups + 2]) - (_xenonWorth * y[_groups + 5]);

    private void Rates(double drums, ReadOnlySpan<double> y, Span<double> rates)
    {
        var slow = y.Slice(_groups + 1, 5);
        var (power, fuel, moderator, coolant, iodine, xenon) = (y[0], slow[0], slow[1], slow[2], slow[3], slow[4]);
        rates[0] = _kinetics.Rate(drums + Feedback(y), power, y.Slice(1, _groups), rates.Slice(1, _groups));

        var slowRates = rates.Slice(_groups + 1, 5);
        slowRates[0] = (_inFuel * power) - (_fuelOut * (fuel - moderator));
        slowRates[1] = (_inModerator * power) + (_moderatorIn * (fuel - moderator)) - (_moderatorOut * (moderator - coolant));
        slowRates[2] = (_coolantIn * (moderator - coolant)) - (_coolantOut * (coolant - _inlet));
        slowRates[3] = _iodineDecay * (power - iodine);
        slowRates[4] = (_fromFission * power) + (_fromIodine * iodine) - ((_xenonDecay + (_xenonBurnup * power)) * xenon);
    }
}
