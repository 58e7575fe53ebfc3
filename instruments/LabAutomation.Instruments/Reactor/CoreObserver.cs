using static LabAutomation.Instruments.Reactor.CertifiedConstants;

namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// What the filter believes about the core: the model, moved along by what the drums did and drawn towards what the channels say together. While channels of a
/// quantity disagree the model is hardly drawn, so that two that are wrong together cannot lead it away from a third before they are found out. Limits are judged at the
/// highest power that a living channel shows, and at what the model was lately led down from.
/// </summary>
internal sealed class CoreObserver
{
    /// <summary>Ticks for which something has to be wrong.</summary>
    private const int Patience = 3;

    private const double PowerTolerance = 0.03, TemperatureTolerance = 10;

    /// <summary>Reactivity that may stay unexplained beyond that of the start, $.</summary>
    private const double MostUnexplained = 0.15;

    /// <summary>What is kept after a second of an excess, and of how far the model was led down.</summary>
    private const double Remembered = 0.85, Led = 0.95;

    /// <summary>s: a channel that leaves the others within these is judged by the model, a slower one by its heat.</summary>
    private const int Lately = 20;

    /// <summary>By how much more than the model was led down a channel has to have left the others lately, as a part of them, so that the model speaks against it.</summary>
    private const double Leaving = 0.03;

    /// <summary>By how much, as a part of power, reactivity that was taken out of the model lately, by its temperatures too, has led it down, for each $.</summary>
    private const double LedByReactivity = 2;

    /// <summary>What the heat may be wrong by while it judges, in multiples of the rated power: it does so once it sees a channel that much above the others.</summary>
    private const double Discernible = 0.02;

    /// <summary>How far a channel that nothing speaks against may be above the others, as a part of them, before all are doubted; until then the limits are judged at it.</summary>
    private const double MostAbove = 0.06;

    /// <summary>Heat beyond what the channels told together, in multiples of the rated power.</summary>
    private const double MostHeat = 0.03;

    private readonly ChannelVote _power = new(PowerTolerance, PowerNoise, isRelative: true);
    private readonly ChannelVote _fuel = new(TemperatureTolerance, TemperatureNoise, isRelative: false), _outlet = new(TemperatureTolerance, TemperatureNoise, isRelative: false);
    private readonly HeatBalance _heat = new();
    private readonly double[] _gaps = new double[Lately], _given = new double[Lately];
    private readonly DrumPositions _drums = new();
    private readonly DrumPath _path = new();
    private double _firstBias, _excess, _highest, _led, _drawn;
    private int _wrong, _tick;

    public CertifiedCore Core { get; } = new();

    public ReadOnlySpan<double> Angles => _drums.Angles;

    /// <summary>What speaks against the readings now; null where nothing does.</summary>
    public string? Doubt { get; private set; }

    /// <summary>The doubt has stood for too long to be a passing disturbance.</summary>
    public bool IsLost => _wrong >= Patience;

    /// <summary>How much more power the channels say together that there is than the model, as a factor; 1 or above.</summary>
    public double Excess => Math.Exp(_excess);

    /// <summary>The same of the highest channel or of the heat, and from where the model was before it was led down.</summary>
    public double HighestExcess => Math.Exp(Math.Max(_excess, _highest) + _led);

    /// <summary>Takes the core to be at rest at the power that is measured.</summary>
    /// <returns>False where the readings are unfit to begin with, which is then lost for good.</returns>
    public bool Begin(ReactorReadings readings)
    {
        Vote(readings);
        Doubt = _power.Trusted < 2 || _fuel.Trusted < 2 || _outlet.Trusted < 2 ? "fewer than two channels of a quantity agree at the start" : _drums.Begin(readings.Drums);
        if (Doubt is not null)
        {
            _wrong = Patience;
            return false;
        }

        _path.Set(_drums.Angles, stackalloc double[Drums], canJam: false);
        Core.Rest(_power.Value, _path.Reactivity(0));
        _firstBias = Core.Bias;
        return true;
    }

    /// <param name="rates">What the drums were told for the tick that has passed, degrees per second.</param>
    public void Take(ReactorReadings readings, ReadOnlySpan<double> rates)
    {
        _path.Set(_drums.Angles, rates, canJam: false);
        Forecast.Follow(Core, _path);
        var complaint = _drums.Take(readings.Drums, rates);
        Vote(readings);
        Doubt = Draw(readings) ?? complaint;
        _wrong = Doubt is null ? 0 : _wrong + 1;
    }

    private void Vote(ReactorReadings readings)
    {
        _power.Take(readings.Power);
        _fuel.Take(readings.Fuel);
        _outlet.Take(readings.CoolantOutlet);
    }

    private string? Draw(ReactorReadings readings)
    {
        var power = Math.Log(_power.Value / Core.Power);
        var fuel = _fuel.Value - Core.Fuel;
        var coolant = ((_outlet.Value + Inlet) / 2) - Core.Coolant;

        _heat.Take(readings.Power, _fuel.Value, (_outlet.Value + Inlet) / 2);
        if (_power.IsOneAbove && IsRefuted(power)) _power.Refute(readings.Power);
        (_gaps[_tick % Lately], _given[_tick % Lately]) = (Gap, _drawn);
        _tick++;

        // Remembered for some seconds: it is needed most when the channels that told it have just failed.
        (_excess, _highest, _led) = (_excess * Remembered, _highest * Remembered, _led * Led);
        if (double.IsFinite(power))
        {
            var (gain, limited) = (_power.Trusted == 3 ? 0.3 : 0.1, Math.Clamp(power, -0.1, 0.1));
            Core.ScalePower(Math.Exp(gain * limited));
            Core.Correct(0, 0, 0, gain * 0.07 * Delayed * limited);
            _drawn += gain * 0.07 * Delayed * limited;
            _excess = Math.Max(_excess, power - (gain * limited));
            _led = Math.Max(0, _led - (gain * limited));
        }

        if (double.IsFinite(_power.Highest)) _highest = Math.Max(_highest, Math.Log(_power.Highest / Core.Power));
        var heat = Others(-1);
        _highest = Math.Max(_highest, heat);
        if (double.IsFinite(fuel) && double.IsFinite(coolant))
        {
            var gain = _fuel.Trusted + _outlet.Trusted == 6 ? 0.1 : 0.02;
            Core.Correct(gain * fuel, gain * (fuel + coolant) / 2, gain * coolant, 0);
            _drawn += gain * ((FuelCoefficient * fuel) + (ModeratorCoefficient * (fuel + coolant) / 2));
        }

        return _power.Trusted < 2 ? "fewer than two channels of power agree"
            : _power.IsOneAbove && Gap > MostAbove ? "a channel of power is above the others, and nothing else says which are right"
            : _fuel.Trusted < 2 ? "fewer than two channels of fuel temperature agree"
            : _outlet.Trusted < 2 ? "fewer than two channels of outlet temperature agree"
            : Math.Abs(power) > PowerTolerance ? "measured power and the model disagree"
            : heat > MostHeat ? "there is more heat than the measured power makes"
            : Math.Abs(fuel) > TemperatureTolerance || Math.Abs(2 * coolant) > TemperatureTolerance ? "measured temperatures and the model disagree"
            : Math.Abs(Core.Bias - _firstBias) > MostUnexplained * Delayed ? "reactivity is at work that the model cannot explain"
            : null;
    }

    /// <summary>How far the highest channel is above what they say together, as a part of it.</summary>
    private double Gap => (_power.Highest / _power.Value) - 1;

    /// <summary>
    /// Whether the highest channel is wrong, and not the others. One that left them fast did what the drums can not have done, unless the model was led down by the others. Of one that left them
    /// slowly the heat tells, once it sees the gap: it has to side with the others by three quarters.
    /// </summary>
    /// <param name="power">Of the logarithm of power, by how much the channels are above the model.</param>
    private bool IsRefuted(double power)
    {
        var others = Others(_power.HighestChannel);
        var gap = others - _heat.Missing[_power.HighestChannel];
        var led = _led + Math.Max(0, -power) + (LedByReactivity * Math.Max(0, _given[_tick % Lately] - _drawn) / Delayed);
        return Gap - _gaps[_tick % Lately] > Leaving + led || (gap > Discernible && others < gap / 4);
    }

    /// <summary>The heat that is missing from what the living channels told, one of them left out: their mean, in multiples of the rated power.</summary>
    private double Others(int but)
    {
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < _heat.Missing.Length; i++)
        {
            if (i == but || !_power.HasSay(i)) continue;
            sum += _heat.Missing[i];
            count++;
        }

        return sum / Math.Max(1, count);
    }
}
