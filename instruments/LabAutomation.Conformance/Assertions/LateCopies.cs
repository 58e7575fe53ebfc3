using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>34 and 35: a copy of a command that comes when nobody thinks of its action any more: acknowledged, refused, cancelled while it waited, or ended or begun before a kill.</summary>
internal static class LateCopies
{
    /// <summary>Of real time, in which a copy that is taken for a new command would begin.</summary>
    private const double Soon = 0.15;

    /// <summary>Of real time, for which an action that is taken up after a kill is left to itself.</summary>
    private const double Alone = 0.5;

    /// <summary>Of lab time, longer than any of these conversations.</summary>
    private const double Long = 36_000;

    /// <summary>The same packet once more, after a kill where the boundaries of the journal are not tried one by one, and after the acknowledgement.</summary>
    /// <param name="message">Of an action that has ended well.</param>
    public static async Task OfOneThatEndedAsync(ConformanceRun run, BusMessage message)
    {
        var action = ActionId.FromBytes(message.CorrelationData.Span);
        var isKilled = run.Harness.Can.HasFlag(HarnessAbilities.Kill) && !run.Harness.Can.HasFlag(HarnessAbilities.Boundaries);
        if (isKilled)
        {
            await run.RestartAsync(run.Harness.KillAsync);
            await CopyAsync(run, message, ActionStatus.Accepted, "that had ended before a kill and a new start");
        }

        await run.Caller.PublishAsync(new BusMessage(run.Topics.Acknowledge(action), ReadOnlyMemory<byte>.Empty), run.Cancellation);
        await run.SeeAsync("result, status and data taken from the broker once the result is acknowledged", all => run.Left(all, action).Any() ? null : all);
        await CopyAsync(run, message, ActionStatus.Accepted, "whose result was acknowledged");
        if (!isKilled) return;
        await run.RestartAsync(run.Harness.KillAsync);
        await CopyAsync(run, message, ActionStatus.Accepted, "whose result was acknowledged before a kill");
        await BegunAsync(run);
    }

    /// <summary>In a new packet: of a command that was refused for the lock of somebody else, which is gone by then, and of one that was cancelled while it waited.</summary>
    public static async Task OfOneThatNeverStartedAsync(ConformanceRun run)
    {
        await run.QuietAsync();
        var token = await LockAssertions.LockAsync(run, Long);
        var refused = await run.SendAsync(run.Brief);
        var reply = await run.ReplyAsync(refused);
        await LockAssertions.UnlockAsync(run, token);
        if (reply is not { Status: ActionStatus.Failed, Cause: CauseCode.Locked }) throw new ConformanceFailure("a command without a token refused as locked", $"{reply.Status}, {reply.Cause}: {reply.Message}");
        await CopyAsync(run, Packet(run, refused), ActionStatus.Failed, "that was refused");
        if (run.Sample.Long is null && !run.Harness.Can.HasFlag(HarnessAbilities.DeviceLine)) return;

        var running = await run.KeepRunningAsync();
        var waiting = await run.SendAsync(run.Brief);
        var isTaken = (await run.ReplyAsync(waiting)).Status == ActionStatus.Accepted;
        if (isTaken)
        {
            await run.ControlAsync("cancel", waiting);
            await run.ResultAsync(waiting);
        }

        await run.LetGoAsync(running);
        await run.ResultAsync(running);
        if (isTaken) await CopyAsync(run, Packet(run, waiting), ActionStatus.Accepted, "that was cancelled while it waited");
    }

    private static BusMessage Packet(ConformanceRun run, ActionId action) => run.Message(action, run.Brief, TimeSpan.FromHours(20)).ToBusMessage(run.Topics, 36000);

    /// <summary>Killed in its midst, once the device's ledger has something of it: it is not begun from the start, and its result tells all that the ledger has.</summary>
    private static async Task BegunAsync(ConformanceRun run)
    {
        if (run.Sample.Long is not { } command) return;
        var before = await run.ReadyAsync();
        var (_, usual) = await run.CarryOutAsync();
        await run.QuietAsync();
        var told = command.Command == run.Brief.Command ? ToldAmounts.Of(usual, [.. run.Harness.Effects.Skip(before)]) : ToldAmounts.None;

        before = await run.ReadyAsync();
        var action = await run.KeepRunningAsync();
        for (var looks = 0; run.Effects == before; looks++)
        {
            if (looks == 40) break;
            await run.PauseAsync(0.05);
        }

        // Longer than it is left alone afterwards, so that one that is begun once more has told of less than half.
        await run.PauseAsync(2 * Alone);
        var (begun, epoch) = (run.Effects - before, run.Birth.Epoch);
        await run.RestartAsync(run.Harness.KillAsync);
        await run.SeeAsync("the action taken up after a kill, or its end", all => Result(all) ?? (object?)ConformanceRun.Frames<StateFrame>(all, run.Topics.State).FirstOrDefault(state => state.Epoch > epoch && state.Action == action), 4 * run.Harness.Patience);
        if (Result(run.Witness.Seen) is null)
        {
            // One that goes on is to be seen doing so.
            await run.PauseAsync(Alone);
            await run.LetGoAsync(action);
        }

        var result = await run.ResultAsync(action);
        var effects = run.Effects - before;
        if (result.Status == ActionStatus.UnknownOutcome) await run.AskAsync("reconcile", new ReconcileFrame(action, effects > 0 ? Finding.Happened : Finding.DidNotHappen, "the conformance kit", "by the device's own ledger", run.Harness.Clock.GetUtcNow()));
        await run.SettledAsync();
        if (begun > 0) run.Agree(command, result, effects, effects, "killed in its midst and started again");
        if (result.Status != ActionStatus.UnknownOutcome && told.Differs(result, [.. run.Harness.Effects.Skip(before)]) is { } difference)
            throw new ConformanceFailure("an action that is not begun once more after a kill, and a result that tells all that the device has done of it", difference);
        await CopyAsync(run, run.Message(action, command).ToBusMessage(run.Topics, 36000), ActionStatus.Accepted, "that had been begun before a kill");

        ResultFrame? Result(IReadOnlyList<BusMessage> all) => ConformanceRun.Frames<ResultFrame>(all, run.Topics.Result(action)).FirstOrDefault();
    }

    /// <param name="status">Of the answer that it had.</param>
    /// <param name="what">Became of it before, for a message.</param>
    private static async Task CopyAsync(ConformanceRun run, BusMessage message, ActionStatus status, string what)
    {
        var action = ActionId.FromBytes(message.CorrelationData.Span);
        var effects = await run.ReadyAsync();
        var seen = run.Witness.Count;
        await run.Caller.PublishAsync(message, run.Cancellation);
        var reply = await run.SeeAsync($"an answer to a copy of a command {what}", all => ConformanceRun.Frames<ReplyFrame>(all.Skip(seen), run.ReplyTopic).FirstOrDefault(answer => answer.Action == action));
        await run.PauseAsync(Soon);
        await run.QuietAsync();
        var isStarted = ConformanceRun.Frames<StateFrame>(run.Witness.Seen.Skip(seen), run.Topics.State).Any(state => state.Action == action);
        if (run.Effects != effects || isStarted) throw new ConformanceFailure($"no further effect of a copy of a command {what}", $"{run.Effects - effects} effects{(isStarted ? ", and it was started" : "")}");
        if (reply.Status != status) throw new ConformanceFailure($"the answer {status} to a copy of a command {what}, as before", $"{reply.Status}, {reply.Cause}: {reply.Message}");
    }
}
