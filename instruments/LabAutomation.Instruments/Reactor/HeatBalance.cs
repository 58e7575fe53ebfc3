using static LabAutomation.Instruments.Reactor.CertifiedConstants;

namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// A witness that no channel of power is: for each of them, how much heat the temperatures have seen beyond what it told. What is stored in fuel, moderator and coolant follows from what comes in and
/// what the coolant carries off; the input that is missing is found by an observer of second order (Luenberger), which sees a change after some forty seconds and a drift late by as much.
/// </summary>
internal sealed class HeatBalance
{
    /// <summary>1/s, of the observer; both of its poles.</summary>
    private const double Bandwidth = 0.05;

    /// <summary>s from the start in which the first, noisy temperatures count for ever less.</summary>
    private const int Settling = 20;

    /// <summary>What is left after a second of a difference between fuel and moderator.</summary>
    private static readonly double Left = Math.Exp(-DrumPath.Tick * FuelToModerator * ((1 / FuelHeat) + (1 / ModeratorHeat)));

    private readonly double[] _stored = [double.NaN, double.NaN, double.NaN], _missing = new double[3], _last = new double[3], _gap = new double[3];
    private readonly int[] _taken = new int[3];

    /// <summary>In multiples of the rated power, for each channel: positive where there was more heat than it told.</summary>
    public ReadOnlySpan<double> Missing => _missing;

    /// <param name="power">Three channels, in multiples of the rated power.</param>
    /// <param name="fuel">K; NaN where unknown.</param>
    /// <param name="coolant">K, mean of inlet and outlet; NaN where unknown.</param>
    public void Take(IReadOnlyList<double> power, double fuel, double coolant)
    {
        for (var i = 0; i < _stored.Length; i++)
        {
            var isBegun = double.IsFinite(_stored[i]);
            var mean = isBegun ? (_last[i] + power[i]) / 2 : power[i];

            // The moderator has no sensor. It is cooler than the fuel by what the power drives from one to the other, within a second or two.
            var gap = InFuel * mean / FuelToModerator;
            _gap[i] = isBegun ? gap + (Left * (_gap[i] - gap)) : gap;
            _last[i] = power[i];
            var stored = (FuelHeat * fuel) + (ModeratorHeat * (fuel - _gap[i])) + (CoolantHeat * coolant);
            var expected = _stored[i] + (DrumPath.Tick * ((Power * (mean + _missing[i])) - (CoolantToInlet * (coolant - Inlet))));
            if (double.IsFinite(expected - stored))
            {
                var error = stored - expected;
                _taken[i]++;
                _stored[i] = expected + (Math.Max(2 * Bandwidth, 1.0 / (1 + _taken[i])) * error);
                _missing[i] += Math.Min(1, (double)_taken[i] / Settling) * Bandwidth * Bandwidth * error / Power;
            }
            else (_stored[i], _missing[i], _taken[i]) = (stored, 0, 0);
        }
    }
}
