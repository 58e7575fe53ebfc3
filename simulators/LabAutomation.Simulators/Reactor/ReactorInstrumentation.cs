using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Reactor;

/// <summary>The sensors of a core: noisy, several for each quantity, and as faulty as they are told to be. The same seed gives the same readings.</summary>
public sealed class ReactorInstrumentation
{
    /// <summary>Standard deviation of a power channel, part of its reading.</summary>
    public const double PowerNoise = 0.002;

    /// <summary>Standard deviation, K.</summary>
    public const double TemperatureNoise = 0.5;

    /// <summary>Standard deviation, degrees.</summary>
    public const double AngleNoise = 0.02;

    private const int Redundancy = 3;

    private readonly Microreactor _core;
    private readonly long _seed;
    private readonly SensorFault[] _faults;
    private readonly double[][] _shown;
    private long _number;

    public ReactorInstrumentation(Microreactor core, long seed, params IReadOnlyList<SensorFault> faults)
    {
        (_core, _seed, _faults) = (core, seed, [.. faults]);
        _shown = [new double[Redundancy], new double[Redundancy], new double[Redundancy], new double[2 * core.Bank.Drums.Count]];
        foreach (var fault in faults)
            if (fault.Channel.Number < 0 || fault.Channel.Number >= Channels(fault.Channel.Quantity).Length)
                throw new ArgumentException($"there is no channel {fault.Channel.Number} of {fault.Channel.Quantity}; there are {Channels(fault.Channel.Quantity).Length}, from 0", nameof(faults));
    }

    /// <summary>What the channels of a quantity show since <see cref="Read"/>.</summary>
    public ReadOnlySpan<double> this[ReactorQuantity quantity] => Channels(quantity);

    /// <summary>Takes all readings at this moment.</summary>
    public void Read()
    {
        var noise = new SeededNoise(_seed, "reactor", _number++);
        Show(ReactorQuantity.Power, _core.Power, PowerNoise * _core.Power, noise);
        Show(ReactorQuantity.Fuel, _core.Fuel, TemperatureNoise, noise);
        Show(ReactorQuantity.CoolantOutlet, _core.CoolantOutlet, TemperatureNoise, noise);
        for (var drum = 0; drum < _core.Bank.Drums.Count; drum++)
        {
            Show(new ReactorChannel(ReactorQuantity.DrumAngle, 2 * drum), _core.Bank.Drums[drum].Angle + (AngleNoise * noise.Normal()));
            Show(new ReactorChannel(ReactorQuantity.DrumAngle, (2 * drum) + 1), _core.Bank.Drums[drum].Angle + (AngleNoise * noise.Normal()));
        }
    }

    private void Show(ReactorQuantity quantity, double truth, double deviation, SeededNoise noise)
    {
        for (var number = 0; number < Redundancy; number++) Show(new ReactorChannel(quantity, number), truth + (deviation * noise.Normal()));
    }

    private void Show(ReactorChannel channel, double healthy)
    {
        var shown = healthy;
        foreach (var fault in _faults)
        {
            // The first reading of all cannot repeat an earlier one.
            if (fault.Channel != channel || _core.Time < fault.From || _number == 1) continue;
            shown = fault switch
            {
                DriftingSensor drift => shown + (drift.Rate * (_core.Time - drift.From)),
                StuckSensor => Channels(channel.Quantity)[channel.Number],
                _ => double.NaN,
            };
        }

        Channels(channel.Quantity)[channel.Number] = shown;
    }

    private double[] Channels(ReactorQuantity quantity) => _shown[(int)quantity];
}
