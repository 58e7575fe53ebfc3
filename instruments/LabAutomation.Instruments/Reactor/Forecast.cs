using System.Globalization;
using static LabAutomation.Instruments.Reactor.CertifiedConstants;

namespace LabAutomation.Instruments.Reactor;

/// <summary>Whether the limits are kept along a path of the drums, as far as the model can see.</summary>
internal sealed class Forecast
{
    private enum Limit
    {
        None,
        Power,
        Period,
        Reactivity,
        Fuel,
    }

    // Short steps while somebody else steers and just after; then the drums go in, and little happens between long ones. 60 s in all.
    private static readonly (StageFactors Factors, int Steps)[] Plan = [(new StageFactors(0.125), 16), (new StageFactors(0.5), 8), (new StageFactors(2), 27)];

    private readonly CertifiedCore _core = new();
    private Limit _passed;
    private double _value, _allowed;

    /// <summary>Which limit the last forecast passed first, and by what; empty where it kept them all.</summary>
    public string Breach => _passed switch
    {
        Limit.Power => Text($"power would reach {_value:P1} of the rated one; {_allowed:P1} is allowed"),
        Limit.Period => Text($"the period would fall to {_value:F1} s; it must stay above {_allowed:F1} s"),
        Limit.Reactivity => Text($"reactivity would reach {_value:F2} $; {_allowed:F2} $ are allowed"),
        Limit.Fuel => Text($"fuel would reach {_value:F0} K; {_allowed:F0} K are allowed"),
        _ => "",
    };

    /// <param name="now">Not changed.</param>
    public bool Keeps(ReactorLimits limits, CertifiedCore now, DrumPath path)
    {
        _core.CopyFrom(now);
        var time = 0.0;
        foreach (var (factors, steps) in Plan)
            for (var step = 0; step < steps; step++)
            {
                _core.Step(factors, path, time);
                time += factors.Length;
                if (!IsWithin(limits)) return false;
            }

        _passed = Limit.None;
        return true;
    }

    /// <summary>Moves a core along the first second of a path.</summary>
    public static void Follow(CertifiedCore core, DrumPath path)
    {
        var factors = Plan[0].Factors;
        for (var time = 0.0; time < DrumPath.Tick; time += factors.Length) core.Step(factors, path, time);
    }

    /// <summary>What is no number is not within.</summary>
    private bool IsWithin(ReactorLimits limits)
    {
        if (!(_core.Power <= limits.Power)) return Passed(Limit.Power, _core.Power, limits.Power);
        if (!(_core.Growth * limits.Period <= 1)) return Passed(Limit.Period, 1 / _core.Growth, limits.Period);
        if (!(_core.Reactivity <= limits.Reactivity * Delayed)) return Passed(Limit.Reactivity, _core.Reactivity / Delayed, limits.Reactivity);
        return _core.Fuel <= limits.Fuel || Passed(Limit.Fuel, _core.Fuel, limits.Fuel);
    }

    private bool Passed(Limit limit, double value, double allowed)
    {
        (_passed, _value, _allowed) = (limit, value, allowed);
        return false;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
