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
        new(18, "abort is taken in every state", HarnessAbilities.None, AbortAsync),
        new(19, "clear is taken in Aborted only", HarnessAbilities.None, ClearAsync),
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
        await ClearedAsync(run);
        await AbortedWhileRunningAsync(run, hold: false);
        if (run.Sample.Long is { } lengthy && run.Birth.Commands.Any(command => command.Name == lengthy.Command && command.HoldWithin is not null))
            await AbortedWhileRunningAsync(run, hold: true);
    }

    private static async Task AbortedWhileRunningAsync(ConformanceRun run, bool hold)
    {
        var running = await run.KeepRunningAsync();
        var seen = run.Witness.Count;
        if (hold)
        {
            await run.ControlAsync("hold", running);
            await run.UnitAsync(UnitState.Held, seen);
        }

        await run.ControlAsync("abort");
        await run.UnitAsync(UnitState.Aborting, seen);
        if (run.Sample.Long is null) await run.LetGoAsync(running);
        await run.UnitAsync(UnitState.Aborted, seen);
        await run.ResultAsync(running);
        await ClearedAsync(run);
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
        await ClearedAsync(run);
        var late = Steps(run).Where(step => step.To == UnitState.Clearing && step.From != UnitState.Aborted).ToList();
        if (late.Count > 0) throw new ConformanceFailure("Clearing out of Aborted only", $"out of {late[0].From}");
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

    private static async Task ClearedAsync(ConformanceRun run)
    {
        var seen = run.Witness.Count;
        await run.ControlAsync("clear");
        await run.UnitAsync(UnitState.Idle, seen);
    }

    private static async Task RefusedAsync(ConformanceRun run, string verb)
    {
        var before = run.LastState();
        var seen = run.Witness.Count;
        await run.ControlAsync(verb);
        await run.EventAsync($"the event 'control_refused' for {verb} in {before.Unit}", seen, told => told.Kind == "control_refused" && told.Message.Contains(verb, StringComparison.Ordinal));
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
