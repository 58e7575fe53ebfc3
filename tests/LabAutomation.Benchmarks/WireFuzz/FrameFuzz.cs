using System.Diagnostics;
using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>A driver of each family on its simulated device, whose answers arrive changed, and now and then as they are.</summary>
internal static class FrameFuzz
{
    /// <summary>Lab seconds per second.</summary>
    private const double Speed = 100;

    /// <summary>A call that takes longer hangs.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    /// <summary>Changed frames between two calls on a clean line.</summary>
    private const int GoodEvery = 500;

    /// <summary>One call in so many is a command that is carried out.</summary>
    private const int OneInExecutes = 25;

    public static async Task<FrameReport> RunAsync(string family, FramePool pool, int seed)
    {
        var clock = new AcceleratedTimeProvider(TimeProvider.System, Speed, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var setup = ConformingFamilies.Setup(family);
        var device = setup.Device(clock);
        using var lifetime = device.Lifetime;
        var random = new Random(seed);
        var (hasty, spoiler) = (new HastyClock(), new Spoiler());
        SpoilingStream? line = null;
        var before = 0L;
        var report = new FrameReport(family);
        await using var driver = ConformingFamilies.Driver(
            family,
            _ =>
            {
                before += line?.Frames ?? 0;
                return Task.FromResult<Stream>(line = new SpoilingStream(device.Connect(), random, spoiler.Spoils));
            },
            clock,
            hasty);
        var execution = new ExecutionFuzz(new BriefCommands(family, driver, device), driver, spoiler, hasty, () => device.Effects().Count, clock, random, report);
        var began = Stopwatch.GetTimestamp();
        while (report.IsSound && pool.Wants(family, Frames()))
        {
            var next = Frames() + GoodEvery;
            while (report.IsSound && Frames() < next)
            {
                if (random.Next(OneInExecutes) == 0)
                {
                    await execution.RunAsync();
                    continue;
                }

                hasty.Patience = HastyClock.Hasty;
                spoiler.Spare(0);
                await report.WatchAsync(() => Call()(CancellationToken.None).WaitAsync(Hang));
            }

            hasty.Patience = HastyClock.Patient;
            spoiler.Spare(int.MaxValue);
            report.Goods++;
            await GoodAsync(driver, report);
        }

        report.Frames = Frames();
        report.Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return report;

        long Frames() => before + (line?.Frames ?? 0);

        Func<CancellationToken, Task> Call() => random.Next(3) switch
        {
            0 => driver.MakeSafeAsync,
            1 => driver.ReadPropertiesAsync,
            _ => driver.ConnectAsync,
        };
    }

    /// <summary>After a fault a connection is asked for again, as the host does when the unit is cleared.</summary>
    private static async Task GoodAsync(IDriver driver, FrameReport report)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            try
            {
                await driver.ConnectAsync(CancellationToken.None).WaitAsync(Hang);
                await driver.MakeSafeAsync(CancellationToken.None).WaitAsync(Hang);
                await driver.ReadPropertiesAsync(CancellationToken.None).WaitAsync(Hang);
                report.GoodsDone++;
                return;
            }
            catch (Exception refused) when (refused is InstrumentLinkException or InstrumentFaultException or TimeoutException)
            {
                report.FirstTrouble ??= refused.Message;
            }
        }
    }
}
