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
        ("two power channels stuck", random => Two(random, ReactorQuantity.Power)),
        ("two power channels stuck, one after the other", OneAfterTheOther),
        ("two fuel channels stuck", random => Two(random, ReactorQuantity.Fuel)),
        ("two outlet channels stuck", random => Two(random, ReactorQuantity.CoolantOutlet)),
        ("all power channels stuck", random => Stuck(When(random), Channels(ReactorQuantity.Power, 0, 3))),
        ("both encoders of a drum stuck", random => Stuck(When(random), Channels(ReactorQuantity.DrumAngle, 2 * random.Next(8), 2))),
        ("all encoders stuck", random => Stuck(When(random), Channels(ReactorQuantity.DrumAngle, 0, 16))),
        ("everything stuck", random => Stuck(When(random), [.. Everywhere, .. Channels(ReactorQuantity.DrumAngle, 0, 16)])),
    ];

    private static IEnumerable<ReactorChannel> Everywhere =>
        [.. Channels(ReactorQuantity.Power, 0, 3), .. Channels(ReactorQuantity.Fuel, 0, 3), .. Channels(ReactorQuantity.CoolantOutlet, 0, 3)];

    private static SensorFault[] Everything(Random random, Func<ReactorChannel, double, SensorFault> make)
    {
        List<SensorFault> faults = [];
        foreach (var quantity in new[] { ReactorQuantity.Power, ReactorQuantity.Fuel, ReactorQuantity.CoolantOutlet })
            faults.Add(make(Any(random, quantity, 3), When(random)));
        for (var drum = 0; drum < 8; drum++) faults.Add(make(new ReactorChannel(ReactorQuantity.DrumAngle, (2 * drum) + random.Next(2)), When(random)));
        return [.. faults];
    }

    private static SensorFault[] Two(Random random, ReactorQuantity quantity)
    {
        var (healthy, from) = (random.Next(3), When(random));
        return Stuck(from, Channels(quantity, 0, 3).Where(channel => channel.Number != healthy));
    }

    private static SensorFault[] OneAfterTheOther(Random random)
    {
        var (healthy, from, later) = (random.Next(3), When(random), random.Next(1, 60));
        return [.. Channels(ReactorQuantity.Power, 0, 3).Where(channel => channel.Number != healthy).Select((channel, k) => new StuckSensor(channel, from + (k * later)))];
    }

    private static SensorFault[] Stuck(double from, IEnumerable<ReactorChannel> channels) => [.. channels.Select(channel => new StuckSensor(channel, from))];

    private static IEnumerable<ReactorChannel> Channels(ReactorQuantity quantity, int first, int count) => Enumerable.Range(first, count).Select(number => new ReactorChannel(quantity, number));

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
