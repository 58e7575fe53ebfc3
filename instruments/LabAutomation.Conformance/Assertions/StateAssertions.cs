using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>14–20: the unit moves along its graph and nowhere else.</summary>
internal static class StateAssertions
{
    public static readonly IReadOnlyList<ConformanceAssertion> All =
    [
        new(14, "only allowed transitions", HarnessAbilities.None, TransitionsAsync),
        new(15, "the state's seq counts without gaps", HarnessAbilities.None, SequenceAsync),
        new(16, "a late joiner gets the state without asking", HarnessAbilities.None, LateJoinerAsync),
        new(17, "an illegal trigger gets a defined error and changes nothing", HarnessAbilities.None, IllegalAsync),
        new(18, "abort is taken in every state, says so, and outlasts a restart; a trip, the end of a heartbeat and the loss of the broker stop it too", HarnessAbilities.None, AbortAsync),
        new(19, "clear is taken in Aborted only, and an emergency stop is not cleared by agents", HarnessAbilities.None, ClearAsync),
        new(20, "the exported graph is the behaviour", HarnessAbilities.Graph, GraphAsync),
    ];

    private static async Task TransitionsAsync(ConformanceRun run)
    {
        await ExerciseAsync(run);
        foreach (var (from, to) in Steps(run))
        {
            if (!UnitGraph.Allows(from, to)) throw new ConformanceFailure($"a way of the LADS graph out of {from}", $"{to}");
        }
    }

    private static async Task SequenceAsync(ConformanceRun run)
    {
        await ExerciseAsync(run);
        foreach (var epoch in run.States().GroupBy(frame => frame.Epoch))
        {
            var numbers = epoch.Select(frame => frame.Seq).ToList();
            for (var i = 1; i < numbers.Count; i++)
            {
                if (numbers[i] != numbers[i - 1] + 1) throw new ConformanceFailure($"seq {numbers[i - 1] + 1}", $"{numbers[i]}");
            }

            if (run.Harness.Can.HasFlag(HarnessAbilities.Start) && numbers[0] != 1) throw new ConformanceFailure("seq from 1 in each epoch", $"{numbers[0]}");
        }
    }

    private static async Task LateJoinerAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var late = await run.LateAsync(run.Topics.State);
        if (late is not { Retain: true }) throw new ConformanceFailure("a retained state", late is null ? "none" : "one that is not retained");
        var frame = ConformanceRun.Frames<StateFrame>([late], run.Topics.State).FirstOrDefault();
        if (frame?.Unit != run.LastState().Unit || frame.Seq != run.LastState().Seq) throw new ConformanceFailure($"{run.LastState()}", $"{frame}");
    }

    private static async Task IllegalAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        await RefusedAsync(run, "clear");
        await RefusedAsync(run, "unhold");
    }

    private static async Task AbortAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        await AbortedAsync(run);
        if (run.LastState().Aborted is not { Cause: CauseCode.EmergencyStop, Message.Length: > 0 })
            throw new ConformanceFailure("a state Aborted that says why: emergency_stop, with a message", $"{run.LastState().Aborted}");
        await StoppedStillAsync(run);
        await AbortedWhileRunningAsync(run, hold: false);
        if (run.Sample.Long is { } lengthy && run.Birth.Commands.Any(command => command.Name == lengthy.Command && command.HoldWithin is not null))
        {
            await AbortedWhileRunningAsync(run, hold: true);
            if (run.Harness.Can.HasFlag(HarnessAbilities.DeviceLine)) await AbortedOnTheWayOfAHoldAsync(run);
        }

        await AbortedWithSomethingOnAsync(run);
        await StoppedByItself.CheckAsync(run);
        if (!run.Harness.Can.HasFlag(HarnessAbilities.DeviceLine)) return;
        await AbortedWhileClearingAsync(run);
        if (run.Sample.Long is not null) await AbortedAfterAFaultAsync(run);
    }

    /// <summary>Into a hold and out of it: a device that does not answer keeps the unit there.</summary>
    private static async Task AbortedOnTheWayOfAHoldAsync(ConformanceRun run)
    {
        await StuckAsync(run, "hold", UnitState.Holding, async () => await run.KeepRunningAsync());
        await StuckAsync(run, "unhold", UnitState.Unholding, async () =>
        {
            var running = await run.KeepRunningAsync();
            var seen = run.Witness.Count;
            await run.ControlAsync("hold", running);
            await run.UnitAsync(UnitState.Held, seen);
            return running;
        });
    }

    private static Task AbortedWhileClearingAsync(ConformanceRun run) => StuckAsync(run, "clear", UnitState.Clearing, async () =>
    {
        await AbortedAsync(run);
        return null;
    });

    /// <summary>Aborts a unit that is on its way and cannot get further. A device that is silent for long aborts it too: on a busy machine it may be the first to do so, and the next time it is not.</summary>
    private static async Task StuckAsync(ConformanceRun run, string verb, UnitState way, Func<Task<ActionId?>> begin)
    {
        for (var attempt = 1; ; attempt++)
        {
            var running = await begin();
            var isStopped = await StuckAsync(run, verb, way, running);
            if (running is { } action) await run.ResultAsync(action);
            await ClearedAsync(run);
            if (isStopped) return;
            if (attempt == 3) throw new ConformanceFailure($"Aborting by emergency_stop, out of {way}, with the reason that the abort gave", "a unit that goes on until its device is silent for too long");
        }
    }

    /// <returns>Whether it was the abort that the unit obeyed.</returns>
    private static async Task<bool> StuckAsync(ConformanceRun run, string verb, UnitState way, ActionId? action)
    {
        run.Harness.HoldAnswers(true);
        var seen = run.Witness.Count;
        await run.ControlAsync(verb, action);
        await run.UnitAsync(way, seen);
        var why = $"it is to stop out of {way}";
        await run.ControlAsync("abort", why: why);
        var aborting = await run.UnitAsync(UnitState.Aborting, seen);
        run.Harness.HoldAnswers(false);
        await run.UnitAsync(UnitState.Aborted, seen);

        // By its reason: a stop of before is the cause still where a clear has failed.
        return aborting is { Aborted: { Cause: CauseCode.EmergencyStop, Message: var told } } && told.Contains(why, StringComparison.Ordinal);
    }

    /// <summary>Whoever starts a driver anew is not the person who clears it.</summary>
    private static async Task StoppedStillAsync(ConformanceRun run)
    {
        if (!run.Harness.Can.HasFlag(HarnessAbilities.Kill))
        {
            await ClearedAsync(run);
            return;
        }

        await StoppedStillAsync(run, run.Harness.KillAsync, "a kill");
        if (!run.Harness.Can.HasFlag(HarnessAbilities.Stop)) return;
        await AbortedAsync(run);
        await StoppedStillAsync(run, () => run.Harness.StopAsync(run.Cancellation), "a clean stop");
    }

    private static async Task StoppedStillAsync(ConformanceRun run, Func<Task> end, string how)
    {
        var before = run.Birth.Epoch;
        await run.RestartAsync(end);
        var settled = await run.StateAsync(frame => frame.Epoch > before && frame.Unit is UnitState.Idle or UnitState.Aborted, "Idle or Aborted after the restart", 0);
        if (settled is not { Unit: UnitState.Aborted, Aborted.Cause: CauseCode.EmergencyStop }) throw new ConformanceFailure($"a unit that was aborted Aborted still after {how} and a restart, and why", $"{settled.Unit}, {settled.Aborted}");

        // A harness that serves every assertion with one driver clears it at the start.
        if (run.Harness.Can.HasFlag(HarnessAbilities.Start)) await ClearedAsync(run);
        else await run.IdleAsync();
    }

    private static Task AbortedWhileRunningAsync(ConformanceRun run, bool hold) => PromptStops.InTimeAsync(run, async () =>
    {
        var running = await run.KeepRunningAsync();
        var waiting = hold ? null : await StoppedUnit.WaitingAsync(run);
        var seen = run.Witness.Count;
        if (hold)
        {
            await run.ControlAsync("hold", running);
            await run.UnitAsync(UnitState.Held, seen);
        }

        var began = run.Harness.Clock.GetUtcNow();
        await run.ControlAsync("abort");
        await PromptStops.StoppedAsync(run, seen, "the abort", began, run.Sample.Long is null ? running : null);
        await run.ResultAsync(running);
        var stopped = await StoppedUnit.RefusesAsync(run, waiting);
        await ClearedAsync(run);
        await stopped.DoesNothingAsync();
    }, () => run.ControlAsync("abort"));

    /// <summary>What a command has left on no cancel switches off: nothing runs any more.</summary>
    private static async Task AbortedWithSomethingOnAsync(ConformanceRun run)
    {
        if (run.Harness.IsDeviceAtRest is null) return;
        foreach (var sample in run.Sample.EachOf(run.Birth).Where(sample => run.EffectOf(sample) == Effect.Set))
        {
            await run.IdleAsync();
            await run.CarryOutAsync(sample);
            await run.IdleAsync();
            if (run.Harness.IsDeviceAtRest != false) continue;
            var (seen, began) = (run.Witness.Count, run.Harness.Clock.GetUtcNow());
            await run.ControlAsync("abort");
            await PromptStops.StoppedAsync(run, seen, $"the abort in Idle after {sample.Command}", began);
            await ClearedAsync(run);
        }
    }

    /// <summary>A driver that has given its command up for bytes that are no answer hears of no cancel either. The unit stays Aborted.</summary>
    private static async Task AbortedAfterAFaultAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var seen = run.Witness.Count;
        await run.KeepRunningAsync();
        run.Harness.SpoilAnswers(true);
        await run.SeeAsync("Aborted after bytes that are no answer, while an action runs", all => ConformanceRun.Frames<StateFrame>(all.Skip(seen), run.Topics.State).FirstOrDefault(frame => frame.Unit == UnitState.Aborted), 12 * run.Harness.Patience);     // some ask their devices rarely
        run.Harness.SpoilAnswers(false);
        await run.ControlAsync("abort");
        await run.AtRestAsync(run.Birth.SafeWithin, "the abort of a unit that a fault had aborted in Execute");
    }

    private static async Task ClearAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        await UnmovedAsync(run, UnitState.Idle);
        if (run.Sample.Long is not null || run.Harness.Can.HasFlag(HarnessAbilities.DeviceLine))
        {
            var running = await run.KeepRunningAsync();
            await UnmovedAsync(run, UnitState.Execute);
            await run.LetGoAsync(running);
            await run.ResultAsync(running);
            await run.IdleAsync();
        }

        await AbortedAsync(run);
        await RefusedAsync(run, "clear", ControlFrame.Agents);
        await RetainedClearAsync(run);
        await ClearedAsync(run);
        await ClearedBeforeAsync(run);
        var late = Steps(run).Where(step => step.To == UnitState.Clearing && step.From != UnitState.Aborted).ToList();
        if (late.Count > 0) throw new ConformanceFailure("Clearing out of Aborted only", $"out of {late[0].From}");
    }

    /// <summary>One that lies on the broker would end every stop that is to come.</summary>
    private static async Task RetainedClearAsync(ConformanceRun run)
    {
        try
        {
            await run.ControlAsync("clear", change: message => message with { Retain = true });
            await run.PauseAsync(0.15);
            if (run.LastState().Unit != UnitState.Aborted) throw new ConformanceFailure("Aborted still after a retained clear", $"{run.LastState().Unit}");
        }
        finally
        {
            await run.Caller.PublishAsync(BusMessage.Cleared(run.Topics.Control("clear")), run.Cancellation);
        }
    }

    /// <summary>A copy of a clear that has been carried out is about no stop that was made since.</summary>
    private static async Task ClearedBeforeAsync(ConformanceRun run)
    {
        await AbortedAsync(run);
        var seen = run.Witness.Count;
        BusMessage? clear = null;
        await run.ControlAsync("clear", change: message => clear = message);
        await run.UnitAsync(UnitState.Idle, seen);
        await AbortedAsync(run);
        await run.Caller.PublishAsync(clear!, run.Cancellation);
        await run.PauseAsync(0.15);
        if (run.LastState().Unit != UnitState.Aborted) throw new ConformanceFailure("Aborted still after a copy of a clear of before", $"{run.LastState().Unit}");
        await ClearedAsync(run);
    }

    private static async Task UnmovedAsync(ConformanceRun run, UnitState unit)
    {
        await run.ControlAsync("clear");
        await run.PauseAsync(0.1);
        if (run.LastState().Unit != unit) throw new ConformanceFailure($"{unit} still after a clear in {unit}", $"{run.LastState().Unit}");
    }

    private static async Task GraphAsync(ConformanceRun run)
    {
        await ExerciseAsync(run);
        var exported = UnitGraph.Parse(run.Harness.Graph);
        foreach (var step in Steps(run))
        {
            if (!exported.Contains(step)) throw new ConformanceFailure("every step of the unit in its exported graph", $"{step.From} to {step.To}");
        }

        var missing = UnitGraph.All.Where(way => !exported.Contains(way)).ToList();
        var foreign = exported.Where(way => !UnitGraph.Allows(way.From, way.To)).ToList();
        if (missing.Count + foreign.Count > 0) throw new ConformanceFailure("the graph of the contract", $"{missing.Count} ways missing, {foreign.Count} of its own");
        CheckDriver(DriverGraph.Parse(run.Harness.DriverGraph), run.Harness.DriverStates);
    }

    /// <summary>The driver's own states, which <c>lab describe --graph</c> shows.</summary>
    private static void CheckDriver(DriverGraph graph, (string Initial, IReadOnlyList<(string From, string To)> Steps) seen)
    {
        if (graph.Initial != seen.Initial) throw new ConformanceFailure($"a driver's graph that begins at {seen.Initial}, as the driver does", graph.Initial ?? "no beginning");
        if (seen.Steps.Count == 0) throw new ConformanceFailure("a driver whose own state changes when it connects", $"{seen.Initial} all the time");
        foreach (var (from, to) in seen.Steps)
        {
            if (!graph.Allows(from, to)) throw new ConformanceFailure($"every step of the driver in its graph, which has {string.Join(", ", graph.States)}", $"{from} to {to} between two exchanges with the device");
        }

        if (graph.Unreachable() is [var first, ..]) throw new ConformanceFailure("a driver's graph in which every state can be reached", $"no way to {first}");
    }

    /// <summary>A brief action, an abort, a clear and another action; a stop where there is one.</summary>
    private static async Task ExerciseAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        await run.CarryOutAsync();
        await run.IdleAsync();
        await AbortedAsync(run);
        await ClearedAsync(run);
        await run.CarryOutAsync();
        await run.IdleAsync();
        if (!run.Harness.Can.HasFlag(HarnessAbilities.Stop)) return;
        await run.Harness.StopAsync(run.Cancellation);
        await run.SeeAsync("the device state Shutdown", all => ConformanceRun.Frames<StateFrame>(all, run.Topics.State).LastOrDefault() is { Device: DeviceState.Shutdown } frame ? frame : null);
    }

    private static async Task AbortedAsync(ConformanceRun run)
    {
        var seen = run.Witness.Count;
        await run.ControlAsync("abort");
        await run.UnitAsync(UnitState.Aborted, seen);
    }

    internal static async Task ClearedAsync(ConformanceRun run)
    {
        var seen = run.Witness.Count;
        await run.ControlAsync("clear");
        await run.UnitAsync(UnitState.Idle, seen);
    }

    internal static async Task RefusedAsync(ConformanceRun run, string verb, string by = "the conformance kit")
    {
        var before = run.LastState();
        var seen = run.Witness.Count;
        await run.ControlAsync(verb, by: by);
        await run.EventAsync($"the event 'control_refused' for {verb} by '{by}' in {before.Unit}", seen, told => told.Kind == "control_refused" && told.Message.Contains(verb, StringComparison.Ordinal));
        if (run.LastState().Unit != before.Unit) throw new ConformanceFailure($"{before.Unit} still", $"{run.LastState().Unit}");
    }

    private static IEnumerable<(UnitState From, UnitState To)> Steps(ConformanceRun run)
    {
        StateFrame? last = null;
        foreach (var frame in run.States())
        {
            if (last is not null && last.Epoch == frame.Epoch && last.Unit != frame.Unit) yield return (last.Unit, frame.Unit);
            last = frame;
        }
    }
}
