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

    public static async Task<FrameReport> RunAsync(string family, int frames, int seed)
    {
        var clock = new AcceleratedTimeProvider(TimeProvider.System, Speed, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var setup = ConformingFamilies.Setup(family);
        var device = setup.Device(clock);
        using var lifetime = device.Lifetime;
        var random = new Random(seed);
        var hasty = new HastyClock();
        SpoilingStream? line = null;
        var before = 0L;
        var report = new FrameReport(family);
        await using var driver = ConformingFamilies.Driver(
            family,
            _ =>
            {
                before += line?.Frames ?? 0;
                return Task.FromResult<Stream>(line = new SpoilingStream(device.Connect(), random, () => !hasty.IsPatient));
            },
            clock,
            hasty);
        var began = Stopwatch.GetTimestamp();
        while (report.Hangs == 0 && report.FirstCrash is null && Frames() < frames)
        {
            var next = Frames() + GoodEvery;
            hasty.IsPatient = false;
            while (report.Hangs == 0 && report.FirstCrash is null && Frames() < Math.Min(next, frames)) await CallAsync(Call(), report);
            hasty.IsPatient = true;
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

    /// <summary>Whatever a link throws has to be one of the two exceptions of a driver, and say why.</summary>
    private static async Task CallAsync(Func<CancellationToken, Task> call, FrameReport report)
    {
        try
        {
            await call(CancellationToken.None).WaitAsync(Hang);
            report.Taken++;
        }
        catch (Exception refused) when (refused is InstrumentLinkException or InstrumentFaultException)
        {
            report.Refused++;
            if (refused.Message.Length < 10) report.WithoutReason++;
        }
        catch (TimeoutException)
        {
            report.Hangs++;
        }
        catch (Exception crash)
        {
            report.FirstCrash = $"{crash.GetType().Name}: {crash.Message}\n{crash.StackTrace}";
        }
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

/// <summary>What became of the frames of one family.</summary>
internal sealed class FrameReport(string family)
{
    public string Family => family;

    public long Frames { get; set; }

    public double Seconds { get; set; }

    /// <summary>Calls that ended well: no frame of theirs mattered, or it was still right.</summary>
    public int Taken { get; set; }

    public int Refused { get; set; }

    public int WithoutReason { get; set; }

    public int Hangs { get; set; }

    public int Goods { get; set; }

    public int GoodsDone { get; set; }

    public string? FirstCrash { get; set; }

    public string? FirstTrouble { get; set; }

    public bool IsGood => FirstCrash is null && Hangs == 0 && WithoutReason == 0 && GoodsDone == Goods && Refused > 0;
}
