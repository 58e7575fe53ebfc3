using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>9–13: who is there, and since when.</summary>
internal static class LivenessAssertions
{
    public static readonly IReadOnlyList<ConformanceAssertion> All =
    [
        new(9, "the last will carries the current epoch", HarnessAbilities.Kill, WillAsync),
        new(10, "killed, it is offline within 1.5 keep-alives", HarnessAbilities.Kill, OfflineAsync),
        new(11, "a clean stop says offline first", HarnessAbilities.Stop, FarewellAsync),
        new(12, "an earlier death does not outlive the new birth", HarnessAbilities.Kill, StaleDeathAsync),
        new(13, "a new connection without a restart keeps the epoch", HarnessAbilities.BusLink, ReconnectAsync),
    ];

    private static async Task WillAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var epoch = run.Birth.Epoch;
        var death = await DeathAsync(run, run.Harness.KillAsync, 1.5 * run.Harness.KeepAlive + run.Harness.Patience);
        if (death.Epoch != epoch) throw new ConformanceFailure($"a death of epoch {epoch}", $"{death.Epoch}");
    }

    private static async Task OfflineAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        await DeathAsync(run, run.Harness.KillAsync, 1.5 * run.Harness.KeepAlive);
    }

    private static async Task FarewellAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var death = await DeathAsync(run, () => run.Harness.StopAsync(run.Cancellation), run.Harness.Patience);
        if (death.Epoch != run.Birth.Epoch) throw new ConformanceFailure($"offline of epoch {run.Birth.Epoch}", $"{death.Epoch}");
        if (run.LastState().Device != DeviceState.Shutdown) throw new ConformanceFailure("the device state Shutdown before offline", $"{run.LastState().Device}");
    }

    private static async Task StaleDeathAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var death = await DeathAsync(run, run.Harness.KillAsync, 1.5 * run.Harness.KeepAlive + run.Harness.Patience);
        await run.RestartAsync(() => Task.CompletedTask);
        if (death.Epoch >= run.Birth.Epoch) throw new ConformanceFailure("a death older than the new birth", $"death of {death.Epoch}, birth of {run.Birth.Epoch}");
        var epoch = run.Birth.Epoch;
        var late = await run.LateAsync(run.Topics.Liveness);
        var liveness = late is null ? null : ConformanceRun.Frames<Liveness>([late], run.Topics.Liveness).FirstOrDefault();
        if (liveness is not { Online: true } || liveness.Epoch != epoch) throw new ConformanceFailure($"online in epoch {epoch}", $"{liveness}");
    }

    private static async Task ReconnectAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var epoch = run.Birth.Epoch;
        var seen = run.Witness.Count;
        run.Harness.CutBusLink();
        await run.SeeAsync("offline when the link breaks", all => ConformanceRun.Frames<Liveness>(all.Skip(seen), run.Topics.Liveness).FirstOrDefault(liveness => !liveness.Online), 1.5 * run.Harness.KeepAlive + run.Harness.Patience);
        var away = run.Witness.Count;
        run.Harness.MendBusLink();
        var birth = await run.SeeAsync("a birth after the reconnect", all => ConformanceRun.Frames<Birth>(all.Skip(away), run.Topics.Birth).FirstOrDefault(), 4 * run.Harness.Patience);
        var online = await run.SeeAsync("online after the reconnect", all => ConformanceRun.Frames<Liveness>(all.Skip(away), run.Topics.Liveness).FirstOrDefault(liveness => liveness.Online), 4 * run.Harness.Patience);
        if (birth.Epoch != epoch || online.Epoch != epoch) throw new ConformanceFailure($"epoch {epoch} still", $"birth of {birth.Epoch}, online in {online.Epoch}");
    }

    private static async Task<Liveness> DeathAsync(ConformanceRun run, Func<Task> end, TimeSpan within)
    {
        var seen = run.Witness.Count;
        await end();
        return await run.SeeAsync("offline", all => ConformanceRun.Frames<Liveness>(all.Skip(seen), run.Topics.Liveness).FirstOrDefault(liveness => !liveness.Online), within);
    }
}
