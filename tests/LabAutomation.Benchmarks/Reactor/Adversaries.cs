namespace LabAutomation.Benchmarks.Reactor;

/// <summary>Policies that want the worst, or know nothing.</summary>
internal static class Adversaries
{
    private const double FullSpeed = 1;

    public static IReadOnlyList<(string Name, Func<Random, Steering> Make)> All { get; } =
    [
        ("all out", _ => (_, _, rates) => rates.Fill(FullSpeed)),
        ("one drum out", random => OneOut(random.Next(8))),
        ("waits, then all out", random => Waits(random.Next(30, 200))),
        ("in, then out", random => Swings(random.Next(5, 40))),
        ("random each second", random => (_, _, rates) => Draw(random, rates)),
        ("random for a while", random => HoldsFor(random, random.Next(5, 60))),
        ("seeks the edge", SeeksTheEdge),
        ("no numbers", random => (_, _, rates) => rates.Fill(random.Next(3) == 0 ? double.NaN : double.PositiveInfinity)),
    ];

    private static Steering OneOut(int drum) => (_, _, rates) =>
    {
        rates.Clear();
        rates[drum] = FullSpeed;
    };

    private static Steering Waits(int seconds) => (tick, _, rates) => rates.Fill(tick < seconds ? 0 : FullSpeed);

    private static Steering Swings(int seconds) => (tick, _, rates) => rates.Fill(tick / seconds % 2 == 0 ? -FullSpeed : FullSpeed);

    private static Steering HoldsFor(Random random, int seconds)
    {
        var held = new double[8];
        return (tick, _, rates) =>
        {
            if (tick % seconds == 0) Draw(random, held);
            held.CopyTo(rates);
        };
    }

    /// <summary>Creeps up to the highest power and leans on it.</summary>
    private static Steering SeeksTheEdge(Random random)
    {
        var target = 1.0 + (0.06 * random.NextDouble());
        return (_, readings, rates) => rates.Fill(Math.Clamp(4 * (target - readings.Power[0]), -FullSpeed, FullSpeed));
    }

    private static void Draw(Random random, Span<double> rates)
    {
        foreach (ref var rate in rates) rate = FullSpeed * ((2 * random.NextDouble()) - 1);
    }
}
