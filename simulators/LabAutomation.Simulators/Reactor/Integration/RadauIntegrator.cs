namespace LabAutomation.Simulators.Reactor.Integration;

/// <summary>
/// Integrates stiff equations with steps that follow the solution. A step is kept when the highest power of its polynomial makes up less than
/// the tolerance of every component; since the end of a Radau step is of nearly twice that order, its error is about the square.
/// </summary>
public sealed class RadauIntegrator
{
    private readonly OdeSystem _system;
    private readonly RadauStep _step;
    private readonly double _tolerance;
    private readonly double[] _state, _rates;
    private double _length = 1e-6;

    /// <param name="tolerance">Relative, between 1e-12 and 1e-2.</param>
    public RadauIntegrator(OdeSystem system, IReadOnlyList<double> start, double tolerance = 1e-6)
    {
        if (!(tolerance is >= 1e-12 and <= 1e-2)) throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "the tolerance must lie between 1e-12 and 1e-2");
        (_system, _tolerance) = (system, tolerance);
        _state = [.. start];
        _rates = new double[_state.Length];
        _step = new RadauStep(system, _state.Length);
    }

    /// <summary>s.</summary>
    public double Time { get; private set; }

    public ReadOnlySpan<double> State => _state;

    /// <summary>Steps that were kept.</summary>
    public int Steps { get; private set; }

    /// <exception cref="ArithmeticException">No step is short enough: the solution runs away, or the system gave no number.</exception>
    public void AdvanceTo(double time)
    {
        while (Time < time) Advance(time);
    }

    /// <summary>Goes on to the next maximum of one component.</summary>
    /// <returns>False when there is none up to <paramref name="latest"/>, where it stops then.</returns>
    /// <exception cref="ArithmeticException">As <see cref="AdvanceTo"/>.</exception>
    public bool AdvanceToPeak(int component, double latest)
    {
        var before = new double[_state.Length];
        while (Time < latest)
        {
            var (from, risesBefore) = (Time, Slope(component) > 0);
            _state.CopyTo(before, 0);
            Advance(latest);
            if (!risesBefore || Slope(component) > 0) continue;
            SettleOnPeak(component, from, before, Time - from);
            return true;
        }

        return false;
    }

    private double Slope(int component)
    {
        _system(Time, _state, _rates);
        return _rates[component];
    }

    /// <summary>Steps of different lengths from the same start, since the end of a step is far more exact than its polynomial.</summary>
    private void SettleOnPeak(int component, double from, double[] before, double length)
    {
        _step.Begin(from, before);
        var (low, high) = (0.0, length);
        for (var halving = 0; halving < 50; halving++)
        {
            var middle = (low + high) / 2;
            if (!_step.Take(from, before, middle)) throw TooRough(middle);
            Time = from + middle;
            _step.End.CopyTo(_state, 0);
            if (Slope(component) > 0) low = middle;
            else high = middle;
        }
    }

    private void Advance(double latest)
    {
        _step.Begin(Time, _state);
        while (true)
        {
            var isLast = Time + (_length * 1.0001) >= latest;
            var length = isLast ? latest - Time : _length;
            if (!_step.Take(Time, _state, length))
            {
                _length = length / 4;
            }
            else
            {
                var factor = 0.9 * Math.Pow(_tolerance / Math.Max(_step.Roughness, double.Epsilon), 0.2);
                var next = length * Math.Clamp(factor, 0.2, 4);
                if (_step.Roughness <= _tolerance)
                {
                    Time = isLast ? latest : Time + length;
                    _step.End.CopyTo(_state, 0);
                    _length = isLast ? Math.Max(_length, next) : next;
                    Steps++;
                    return;
                }

                _length = next;
            }

            if (!(_length > Math.Max(Math.Abs(Time), 1e-6) * 1e-14)) throw TooRough(_length);
        }
    }

    private ArithmeticException TooRough(double length) =>
        new($"the integration stopped at {Time} s: a step of {length} s does not follow the solution, which runs away or is no number");
}
