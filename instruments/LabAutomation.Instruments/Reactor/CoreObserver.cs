using static LabAutomation.Instruments.Reactor.CertifiedConstants;

namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// What the filter believes about the core: the model, moved along by what the drums did and drawn towards what the channels say together. While channels of a
/// quantity disagree the model is hardly drawn, so that two that are wrong together cannot lead it away from a third before they are found out.
/// </summary>
internal sealed class CoreObserver
{
    /// <summary>Ticks for which something has to be wrong.</summary>
    private const int Patience = 3;

    private const double PowerTolerance = 0.03, TemperatureTolerance = 10;

    /// <summary>Reactivity that may stay unexplained beyond that of the start, $.</summary>
    private const double MostUnexplained = 0.1;

    private readonly ChannelVote _power = new(PowerTolerance, isRelative: true);
    private readonly ChannelVote _fuel = new(TemperatureTolerance, isRelative: false), _outlet = new(TemperatureTolerance, isRelative: false);
    private readonly DrumPositions _drums = new();
    private readonly DrumPath _path = new();
    private double _firstBias;
    private int _wrong;

    public CertifiedCore Core { get; } = new();

    public ReadOnlySpan<double> Angles => _drums.Angles;

    /// <summary>What speaks against the readings now; null where nothing does.</summary>
    public string? Doubt { get; private set; }

    /// <summary>The doubt has stood for too long to be a passing disturbance.</summary>
    public bool IsLost => _wrong >= Patience;

    /// <summary>How much more power the channels say there is than the model, as a factor; 1 or above.</summary>
    public double Excess { get; private set; } = 1;

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
        Doubt = Draw() ?? complaint;
        _wrong = Doubt is null ? 0 : _wrong + 1;
    }

    private void Vote(ReactorReadings readings)
    {
        _power.Take(readings.Power);
        _fuel.Take(readings.Fuel);
        _outlet.Take(readings.CoolantOutlet);
    }

    private string? Draw()
    {
        var power = Math.Log(_power.Value / Core.Power);
        var fuel = _fuel.Value - Core.Fuel;
        var coolant = ((_outlet.Value + Inlet) / 2) - Core.Coolant;

        // Remembered for some seconds: it is needed most when the channels that told it have just failed.
        Excess = Math.Pow(Excess, 0.85);
        if (double.IsFinite(power))
        {
            var (gain, limited) = (_power.Trusted == 3 ? 0.3 : 0.1, Math.Clamp(power, -0.1, 0.1));
            Core.ScalePower(Math.Exp(gain * limited));
            Core.Correct(0, 0, 0, gain * 0.07 * Delayed * limited);
            Excess = Math.Max(Excess, Math.Exp(power - (gain * limited)));
        }

        if (double.IsFinite(fuel) && double.IsFinite(coolant))
        {
            var gain = _fuel.Trusted + _outlet.Trusted == 6 ? 0.1 : 0.02;
            Core.Correct(gain * fuel, gain * (fuel + coolant) / 2, gain * coolant, 0);
        }

        return _power.Trusted < 2 ? "fewer than two channels of power agree"
            : _fuel.Trusted < 2 ? "fewer than two channels of fuel temperature agree"
            : _outlet.Trusted < 2 ? "fewer than two channels of outlet temperature agree"
            : Math.Abs(power) > PowerTolerance ? "measured power and the model disagree"
            : Math.Abs(fuel) > TemperatureTolerance || Math.Abs(2 * coolant) > TemperatureTolerance ? "measured temperatures and the model disagree"
            : Math.Abs(Core.Bias - _firstBias) > MostUnexplained * Delayed ? "reactivity is at work that the model cannot explain"
            : null;
    }
}
