using LabAutomation.Instruments.Reactor;
using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Tests.Instruments.Reactor;

/// <summary>A simulated core whose drums do what the filter lets through.</summary>
internal sealed class FilteredCore(SafetyFilter filter, double power = 1, params SensorFault[] faults)
{
    private readonly Microreactor _core = new(CoreConstants.HolosQuad, power);
    private ReactorInstrumentation? _sensors;

    public Microreactor Core => _core;

    public CoreExtremes Worst { get; private set; }

    /// <summary>Readings of this moment.</summary>
    public ReactorReadings Read()
    {
        _sensors ??= new ReactorInstrumentation(_core, 11, faults);
        _sensors.Read();
        return new ReactorReadings([.. _sensors[ReactorQuantity.Power]], [.. _sensors[ReactorQuantity.Fuel]],
            [.. _sensors[ReactorQuantity.CoolantOutlet]], [.. _sensors[ReactorQuantity.DrumAngle]]);
    }

    /// <summary>One second with one rate proposed for all drums, degrees per second.</summary>
    public FilterVerdict Propose(double rate) => Do(filter.Judge(Read(), [.. Enumerable.Repeat(rate, 8)]));

    public FilterVerdict Do(FilterVerdict verdict)
    {
        Worst = _core.Advance(1, [.. verdict.Rates]);
        return verdict;
    }

    /// <returns>The first verdict that is a trip; null where none came.</returns>
    public FilterVerdict? ProposeUntilTripped(double rate, int seconds) =>
        Enumerable.Range(0, seconds).Select(_ => Propose(rate)).FirstOrDefault(verdict => verdict.Decision == FilterDecision.Tripped);
}
