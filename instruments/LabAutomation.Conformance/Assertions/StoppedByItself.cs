using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>18, where nobody sends an abort: a driver obeys the trip, the end of a heartbeat and the end of its link to the broker by itself.</summary>
internal static class StoppedByItself
{
    /// <summary>Of real time, for which a heartbeat counts.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(0.5);

    /// <summary>Of real time, that a host in a world of its own goes without a broker. It has to hear itself in that time after a start.</summary>
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(1);

    /// <summary>Share of its lease before which a heartbeat cannot be missing.</summary>
    private const double TooEarly = 0.9;

    public static async Task CheckAsync(ConformanceRun run)
    {
        if (run.Harness.Can.HasFlag(HarnessAbilities.Interlock)) await InterlockedAsync(run);
        else run.Say("neither a trip nor a heartbeat that ends was tried, since the kit may not speak as the interlock");
        if (run.Harness.Can.HasFlag(HarnessAbilities.BusLink) && run.Harness.BrokerLease is not null) await AloneAsync(run);
        else run.Say("the broker was not taken away");
    }

    private static async Task InterlockedAsync(ConformanceRun run)
    {
        await using var interlock = await run.Harness.ConnectAsync(ConformanceClient.Interlock, run.Cancellation);
        try
        {
            await PromptStops.InTimeAsync(run, () => TrippedAsync(run, interlock), async () =>
            {
                await TellAsync(run, interlock, tripped: false);
                await ResetAsync(run);
            });
            if (run.Harness.Can.HasFlag(HarnessAbilities.Kill)) await TrippedBeforeAsync(run, interlock);
            await PromptStops.InTimeAsync(run, () => SilentAsync(run, interlock));
        }
        finally
        {
            // Others that are on this broker, or come to it, have nothing to do with a check.
            await TellAsync(run, interlock, tripped: false);
            await interlock.PublishAsync(BusMessage.Cleared(Topics.InterlockTrip), run.Cancellation);
        }
    }

    private static async Task TrippedAsync(ConformanceRun run, ILabBus interlock)
    {
        await run.IdleAsync();
        var mayRun = run.Sample.Long is not null || run.Harness.Can.HasFlag(HarnessAbilities.DeviceLine);
        ActionId? running = mayRun ? await run.KeepRunningAsync() : null;
        var waiting = mayRun ? await StoppedUnit.WaitingAsync(run) : null;
        var (seen, began) = (run.Witness.Count, run.Harness.Clock.GetUtcNow());
        await TellAsync(run, interlock, tripped: true);
        await StoppedAsync(run, running, seen, "the trip", began, isHeld: run.Sample.Long is null);
        var stopped = await StoppedUnit.RefusesAsync(run, waiting);
        await StateAssertions.RefusedAsync(run, "clear");

        // It comes by another client than the clear, in no order.
        await TellAsync(run, interlock, tripped: false, by: ControlFrame.Agents);
        await run.PauseAsync(0.15);
        await StateAssertions.RefusedAsync(run, "clear");
        await TellAsync(run, interlock, tripped: false);
        await ResetAsync(run);
        await stopped.DoesNothingAsync();
    }

    /// <summary>What is retained stands before the host comes.</summary>
    private static async Task TrippedBeforeAsync(ConformanceRun run, ILabBus interlock)
    {
        await run.IdleAsync();
        var before = run.Birth.Epoch;
        await run.RestartAsync(async () =>
        {
            await run.Harness.KillAsync();
            await TellAsync(run, interlock, tripped: true);
        });
        var first = await run.StateAsync(frame => frame.Epoch > before && frame.Unit is UnitState.Idle or UnitState.Aborted, "Aborted by emergency_stop after a start where a trip stands", 0);
        if (first is not { Unit: UnitState.Aborted, Aborted.Cause: CauseCode.EmergencyStop }) throw new ConformanceFailure("a unit that begins Aborted by emergency_stop where a trip stands", $"{first.Unit}");
        await TellAsync(run, interlock, tripped: false);
        await ResetAsync(run);
    }

    private static async Task SilentAsync(ConformanceRun run, ILabBus interlock)
    {
        await run.IdleAsync();
        ActionId? running = run.Sample.Long is null ? null : await run.KeepRunningAsync();
        var seen = run.Witness.Count;
        var began = TimeProvider.System.GetTimestamp();
        await interlock.PublishAsync(BusMessage.Of(Topics.InterlockHeartbeat, new HeartbeatFrame(1, Heartbeat.TotalSeconds, $"{run.NewId()}", run.Harness.Clock.GetUtcNow())) with { ExpirySeconds = 1 }, run.Cancellation);
        await run.PauseAsync(TooEarly * Heartbeat.TotalSeconds);
        var isStopped = ConformanceRun.Frames<StateFrame>(run.Witness.Seen.Skip(seen), run.Topics.State).Any(frame => frame.Unit == UnitState.Aborting);
        var took = TimeProvider.System.GetElapsedTime(began);
        if (isStopped && took < Heartbeat) throw new ConformanceFailure($"a unit that works while the heartbeat counts, for {Heartbeat.TotalSeconds:0.#} s", $"Aborting after {took.TotalSeconds:0.##} s at most");
        await run.PauseAsync(Math.Max(0, (Heartbeat - took).TotalSeconds));
        await StoppedAsync(run, running, seen, $"the end of a heartbeat's lease of {Heartbeat.TotalSeconds:0.#} s", run.Harness.Clock.GetUtcNow());
        await ResetAsync(run);
    }

    /// <summary>In a world of its own the host is given less time, since the kit has to wait for it.</summary>
    private static async Task AloneAsync(ConformanceRun run)
    {
        if (run.Harness.Can.HasFlag(HarnessAbilities.Start))
        {
            await run.RestartAsync(async () =>
            {
                await run.Harness.KillAsync();
                run.Harness.ShortenBrokerLease(Alone);
            });
        }

        await run.IdleAsync();
        ActionId? running = run.Sample.Long is null ? null : await run.KeepRunningAsync();
        var seen = run.Witness.Count;
        run.Harness.CutBusLink();
        try
        {
            await run.PauseAsync(run.Harness.BrokerLease!.Value.TotalSeconds);
            await run.AtRestAsync(run.Birth.SafeWithin, $"the end of {run.Harness.BrokerLease.Value.TotalSeconds:0.#} s without a broker");

            // A little more than the time that the host counts from when it noticed.
            await run.PauseAsync(0.2);
        }
        finally
        {
            run.Harness.MendBusLink();
        }

        await run.SeeAsync(
            $"Aborted by emergency_stop after {run.Harness.BrokerLease.Value.TotalSeconds:0.#} s without a broker",
            all => ConformanceRun.Frames<StateFrame>(all.Skip(seen), run.Topics.State).FirstOrDefault(frame => frame is { Unit: UnitState.Aborted, Aborted.Cause: CauseCode.EmergencyStop }),
            4 * run.Harness.Patience);
        if (running is { } action) await run.ResultAsync(action);
        await StateAssertions.ClearedAsync(run);
    }

    /// <summary>Aborted, said so, and the device at rest by its own state.</summary>
    /// <param name="isHeld">Whether the answers to what runs are held back.</param>
    private static async Task StoppedAsync(ConformanceRun run, ActionId? running, int seen, string by, DateTimeOffset began, bool isHeld = false)
    {
        var aborted = await PromptStops.StoppedAsync(run, seen, by, began, isHeld ? running : null);
        if (aborted is not { Aborted: { Cause: CauseCode.EmergencyStop, Message.Length: > 0 } }) throw new ConformanceFailure($"Aborted by emergency_stop, with a message, after {by}", $"{aborted.Aborted}");
        if (running is { } action) await run.ResultAsync(action);
    }

    /// <summary>Trips and controls come by two clients and two topics, in no order: a clear that came too early is said once more.</summary>
    private static async Task ResetAsync(ConformanceRun run)
    {
        var seen = run.Witness.Count;
        for (var attempt = 1; attempt < 10; attempt++)
        {
            await run.ControlAsync("clear");
            if (await run.Witness.SeeAsync(all => ConformanceRun.Frames<StateFrame>(all.Skip(seen), run.Topics.State).FirstOrDefault(frame => frame.Unit == UnitState.Idle), run.Harness.Patience / 10) is not null) return;
        }

        await run.UnitAsync(UnitState.Idle, seen);
    }

    private static Task TellAsync(ConformanceRun run, ILabBus interlock, bool tripped, string by = "the conformance kit") =>
        interlock.PublishAsync(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(tripped, "it is part of a check", by, run.Harness.Clock.GetUtcNow())), run.Cancellation);
}
