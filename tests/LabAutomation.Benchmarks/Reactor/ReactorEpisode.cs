using LabAutomation.Instruments.Reactor;
using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Benchmarks.Reactor;

/// <summary>A core, its sensors, somebody who steers and, if wanted, the filter between them, for some minutes.</summary>
internal sealed class ReactorEpisode
{
    public const int Drums = 8;

    private readonly Microreactor _core;
    private readonly ReactorInstrumentation _sensors;
    private readonly Steering _policy;
    private readonly ReactorLimits _limits;

    /// <param name="power">At the start, in multiples of the rated power.</param>
    /// <param name="filter">Null for none.</param>
    public ReactorEpisode(CoreConstants plant, double power, IReadOnlyList<SensorFault> faults, Steering policy, ReactorLimits limits, SafetyFilter? filter, long seed)
    {
        _core = new Microreactor(plant, power);
        _sensors = new ReactorInstrumentation(_core, seed, faults);
        (_policy, _limits, Filter) = (policy, limits, filter);
    }

    public SafetyFilter? Filter { get; }

    public Microreactor Core => _core;

    /// <summary>Told what the drums are going to do in each tick.</summary>
    public Action<double[]> Turned { get; init; } = _ => { };

    public int Ticks { get; private set; }

    /// <summary>Ticks in which the drums did not do what the policy wanted.</summary>
    public int Overridden { get; private set; }

    /// <summary>What was passed, and when first; empty when nothing was.</summary>
    public string Violation { get; private set; } = "";

    /// <summary>In multiples of the rated power.</summary>
    public double HighestPower { get; private set; }

    public void Run(int seconds)
    {
        Span<double> rates = stackalloc double[Drums];
        for (var end = Ticks + seconds; Ticks < end; Ticks++) Tick(rates);
    }

    private void Tick(Span<double> rates)
    {
        _sensors.Read();
        var readings = new ReactorReadings([.. _sensors[ReactorQuantity.Power]], [.. _sensors[ReactorQuantity.Fuel]],
            [.. _sensors[ReactorQuantity.CoolantOutlet]], [.. _sensors[ReactorQuantity.DrumAngle]]);
        _policy(Ticks, readings, rates);
        if (Filter is not null)
        {
            var verdict = Filter.Judge(readings, rates);
            if (verdict.Decision != FilterDecision.Accepted) Overridden++;
            for (var k = 0; k < Drums; k++) rates[k] = verdict.Rates[k];
            if (verdict.Rates.Any(rate => rate > _limits.DrumRate)) Violate("drum rate", verdict.Rates.Max());
        }

        Turned(rates.ToArray());
        Judge(_core.Advance(1, rates));
    }

    private void Judge(CoreExtremes worst)
    {
        HighestPower = Math.Max(HighestPower, worst.Power);
        if (!(worst.Power <= _limits.Power)) Violate("power", worst.Power);
        else if (!(worst.Growth * _limits.Period <= 1)) Violate("period", worst.Period);
        else if (!(worst.Reactivity <= _limits.Reactivity * CoreConstants.HolosQuad.Kinetics.DelayedFraction)) Violate("reactivity", worst.Reactivity);
        else if (!(worst.Fuel <= _limits.Fuel)) Violate("fuel", worst.Fuel);
    }

    private void Violate(string what, double value)
    {
        if (Violation.Length == 0) Violation = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{what} {value:G5} at {Ticks} s");
    }
}
