using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Benchmarks.Reactor;

/// <summary>Which sensors fail. At most one channel of a quantity and one encoder of a drum, except where the name says otherwise.</summary>
internal static class FaultMixes
{
    public static IReadOnlyList<(string Name, Func<Random, SensorFault[]> Make)> All { get; } =
    [
        ("none", _ => []),
        ("one power channel stuck", random => [new StuckSensor(Any(random, ReactorQuantity.Power, 3), When(random))]),
        ("one power channel drifts", random => [new DriftingSensor(Any(random, ReactorQuantity.Power, 3), When(random), 0.01 * Sign(random))]),
        ("one power channel creeps", random => [new DriftingSensor(Any(random, ReactorQuantity.Power, 3), When(random), 0.0005 * Sign(random))]),
        ("one power channel dead", random => [new DeadSensor(Any(random, ReactorQuantity.Power, 3), When(random))]),
        ("one of everything stuck", random => Everything(random, (channel, from) => new StuckSensor(channel, from))),
        ("one of everything drifts", random => Everything(random, (channel, from) => new DriftingSensor(channel, from, DriftOf(channel, random)))),
        ("two power channels stuck", TwoStuck),
    ];

    private static SensorFault[] Everything(Random random, Func<ReactorChannel, double, SensorFault> make)
    {
        List<SensorFault> faults = [];
        foreach (var quantity in new[] { ReactorQuantity.Power, ReactorQuantity.Fuel, ReactorQuantity.CoolantOutlet })
            faults.Add(make(Any(random, quantity, 3), When(random)));
        for (var drum = 0; drum < 8; drum++) faults.Add(make(new ReactorChannel(ReactorQuantity.DrumAngle, (2 * drum) + random.Next(2)), When(random)));
        return [.. faults];
    }

    private static SensorFault[] TwoStuck(Random random)
    {
        var (healthy, from) = (random.Next(3), When(random));
        return [.. Enumerable.Range(0, 3).Where(number => number != healthy).Select(number => new StuckSensor(new ReactorChannel(ReactorQuantity.Power, number), from))];
    }

    private static double DriftOf(ReactorChannel channel, Random random) => Sign(random) * channel.Quantity switch
    {
        ReactorQuantity.Power => 0.002,
        ReactorQuantity.DrumAngle => 0.1,
        _ => 0.5,
    };

    private static ReactorChannel Any(Random random, ReactorQuantity quantity, int channels) => new(quantity, random.Next(channels));

    private static double When(Random random) => random.Next(0, 150);

    private static int Sign(Random random) => random.Next(2) == 0 ? -1 : 1;
}
