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

    /// <summary>A broker looks after its clients' keep-alives now and then; mosquitto every five seconds.</summary>
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(6);

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
        if (!run.Harness.Can.HasFlag(HarnessAbilities.Freeze)) return;
        await run.RestartAsync(() => Task.CompletedTask);
        await run.IdleAsync();
        await FrozenAsync(run);
    }

    /// <summary>The link of a killed program is closed by its machine; of one that stands still only the keep-alive tells.</summary>
    private static async Task FrozenAsync(ConformanceRun run)
    {
        try
        {
            await DeathAsync(run, Freeze, 1.5 * run.Harness.KeepAlive + LooksEvery);
        }
        finally
        {
            run.Harness.Freeze(false);
        }

        await run.SeeAsync("online again after it stood still", all => ConformanceRun.Frames<Liveness>(all, run.Topics.Liveness).LastOrDefault() is { Online: true } back ? back : null, 4 * run.Harness.Patience);

        Task Freeze()
        {
            run.Harness.Freeze(true);
            return Task.CompletedTask;
        }
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
        if (run.Harness.Can.HasFlag(HarnessAbilities.LateDeath)) await LateDeathAsync(run, death);
    }

    /// <summary>A broker that finds out late tells the death after the new birth, and would keep it.</summary>
    private static async Task LateDeathAsync(ConformanceRun run, Liveness death)
    {
        await run.IdleAsync();
        var seen = run.Witness.Count;
        await run.Harness.TellDeathAsync(death, run.Cancellation);
        var current = new Liveness(true, run.Birth.Epoch);
        await run.SeeAsync(
            $"online in epoch {current.Epoch} again, after a death of epoch {death.Epoch} that came late",
            all => ConformanceRun.Frames<Liveness>(all.Skip(seen), run.Topics.Liveness).SkipWhile(liveness => liveness != death).FirstOrDefault(liveness => liveness == current));
        if (run.LastState().Unit != UnitState.Idle) throw new ConformanceFailure("a unit that is Idle still", $"{run.LastState().Unit}");
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
