namespace LabAutomation.Instruments.Reactor;

/// <summary>What whoever steers a reactor is shown at the beginning of a second: measurements and set-points, never the state of the core.</summary>
/// <param name="setPoint">In multiples of the rated power, of the time in s.</param>
public sealed class FollowingView(Func<double, double> setPoint)
{
    /// <summary>How long ago, and how far ahead, s. Those of models/training/reactor_policy.py.</summary>
    private static readonly int[] Back = [0, 1, 2, 3, 5, 8, 13, 21], Ahead = [0, 1, 2, 3, 4, 5, 6, 8];

    private readonly float[] _measured = new float[22];
    private readonly float[] _powers = new float[Back.Length], _setPoints = new float[Ahead.Length], _rates = new float[8];
    private bool _hasBegun;

    /// <summary>Measured now and 1, 2, 3, 5, 8, 13 and 21 s ago, in multiples of the rated power.</summary>
    public ReadOnlySpan<float> Power => _powers;

    /// <summary>Now and in 1 to 6 and 8 s, in multiples of the rated power.</summary>
    public ReadOnlySpan<float> SetPoint => _setPoints;

    /// <summary>Of all drums in the last eight seconds, the latest first, degrees per second.</summary>
    public ReadOnlySpan<float> Rate => _rates;

    /// <summary>K.</summary>
    public float Fuel { get; private set; }

    /// <summary>K.</summary>
    public float Outlet { get; private set; }

    /// <summary>Mean of the drums, degrees.</summary>
    public float Angle { get; private set; }

    /// <param name="readings">Of the beginning of the second.</param>
    /// <param name="second">Since the start, s.</param>
    public void Take(ReactorReadings readings, int second)
    {
        var power = (float)Middle(readings.Power);
        if (!_hasBegun) Array.Fill(_measured, power);
        else Array.Copy(_measured, 0, _measured, 1, _measured.Length - 1);
        (_measured[0], _hasBegun) = (power, true);
        for (var k = 0; k < Back.Length; k++) _powers[k] = _measured[Back[k]];
        for (var k = 0; k < Ahead.Length; k++) _setPoints[k] = (float)setPoint(second + Ahead[k]);
        (Fuel, Outlet, Angle) = ((float)Middle(readings.Fuel), (float)Middle(readings.CoolantOutlet), (float)Middle(readings.Drums));
    }

    /// <summary>What the drums do in the second that begins, whoever decided it.</summary>
    public void Turned(IReadOnlyList<double> rates)
    {
        Array.Copy(_rates, 0, _rates, 1, _rates.Length - 1);
        _rates[0] = (float)rates.Average();
    }

    /// <summary>The median of the channels that give a number.</summary>
    private static double Middle(IReadOnlyList<double> channels)
    {
        double[] numbers = [.. channels.Where(double.IsFinite).Order()];
        return numbers.Length == 0 ? double.NaN : (numbers[(numbers.Length - 1) / 2] + numbers[numbers.Length / 2]) / 2;
    }
}
