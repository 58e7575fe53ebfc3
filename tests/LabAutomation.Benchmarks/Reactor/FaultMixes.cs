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
        ("two power channels creep by the last digit", random => Creep(random, LastDigit(random), TwoOf(random, ReactorQuantity.Power))),
        ("all power channels creep by the last digit", random => Creep(random, LastDigit(random), Channels(ReactorQuantity.Power, 0, 3))),
        ("two power channels go straight", random => Creep(random, 0.002 * random.NextDouble(), TwoOf(random, ReactorQuantity.Power))),
        ("two fuel channels creep by the last digit", random => Creep(random, LastDigit(random), TwoOf(random, ReactorQuantity.Fuel))),
        ("two outlet channels creep by the last digit", random => Creep(random, LastDigit(random), TwoOf(random, ReactorQuantity.CoolantOutlet))),
        ("both encoders of a drum creep by the last digit", random => Creep(random, LastDigit(random), Channels(ReactorQuantity.DrumAngle, 2 * random.Next(8), 2))),
        ("all encoders creep by the last digit", random => Creep(random, LastDigit(random), Channels(ReactorQuantity.DrumAngle, 0, 16))),
        ("everything creeps by the last digit", random => Creep(random, LastDigit(random), [.. Everywhere, .. Channels(ReactorQuantity.DrumAngle, 0, 16)])),
        ("two power channels drift together", random => Drift(random, Between(random, 0.0001, 0.02), TwoOf(random, ReactorQuantity.Power))),
        ("two fuel channels drift together", random => Drift(random, Between(random, 0.02, 5), TwoOf(random, ReactorQuantity.Fuel))),
        ("two outlet channels drift together", random => Drift(random, Between(random, 0.02, 5), TwoOf(random, ReactorQuantity.CoolantOutlet))),
        ("both encoders of a drum drift together", random => Drift(random, Between(random, 0.005, 0.5), Channels(ReactorQuantity.DrumAngle, 2 * random.Next(8), 2))),
        ("all encoders drift together", random => Drift(random, Between(random, 0.005, 0.5), Channels(ReactorQuantity.DrumAngle, 0, 16))),
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
        var two = TwoOf(random, quantity);
        return Stuck(When(random), two);
    }

    private static ReactorChannel[] TwoOf(Random random, ReactorQuantity quantity)
    {
        var healthy = random.Next(3);
        return [.. Channels(quantity, 0, 3).Where(channel => channel.Number != healthy)];
    }

    /// <summary>Stuck but for a drift that no noise goes with; a rate in the unit of the channel, per second.</summary>
    private static SensorFault[] Creep(Random random, double rate, IEnumerable<ReactorChannel> channels)
    {
        var (from, sign) = (When(random), Sign(random));
        return [.. channels.SelectMany(channel => new SensorFault[] { new StuckSensor(channel, from), new DriftingSensor(channel, from, sign * rate) })];
    }

    /// <summary>With their noise, the same way: mostly down, which hides what the core does.</summary>
    private static SensorFault[] Drift(Random random, double rate, IEnumerable<ReactorChannel> channels)
    {
        var (from, sign) = (When(random), random.Next(4) == 0 ? 1 : -1);
        return [.. channels.Select(channel => new DriftingSensor(channel, from, sign * rate))];
    }

    private static double LastDigit(Random random) => Between(random, 1e-9, 1e-6);

    /// <summary>All sizes are as likely.</summary>
    private static double Between(Random random, double least, double most) => least * Math.Pow(most / least, random.NextDouble());

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
