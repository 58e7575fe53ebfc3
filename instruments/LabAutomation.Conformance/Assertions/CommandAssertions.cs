using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>21–33: what is taken, what is refused, and what becomes of it.</summary>
internal static class CommandAssertions
{
    /// <summary>Of nothing that a birth could declare.</summary>
    private static readonly string OtherSchema = new('0', 64);

    private static readonly ReadOnlyMemory<byte> Unreadable = "{"u8.ToArray();

    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    public static readonly IReadOnlyList<ConformanceAssertion> All =
    [
        new(21, "a command is accepted or refused in time, in an answer with its headers", HarnessAbilities.None, AnsweredAsync),
        new(22, "out of range: refused, and no byte to the device", HarnessAbilities.None, OutOfRangeAsync),
        new(23, "a wrong unit is refused, and another of the same dimension is converted or refused", HarnessAbilities.None, WrongUnitAsync),
        new(24, "an unknown command, argument or schema, and an argument that is missing, get a defined error", HarnessAbilities.None, UnknownAsync),
        new(25, "an expired command never starts", HarnessAbilities.None, ExpiredAsync),
        new(26, "a retained command is ignored", HarnessAbilities.None, RetainedAsync),
        new(27, "a command without id, response topic or expiry, or that cannot be read, does nothing and is told of", HarnessAbilities.None, IncompleteAsync),
        new(28, "progress rises from 0 to 1 and never falls, and an action that waits says so", HarnessAbilities.None, ProgressAsync),
        new(29, "exactly one terminal status", HarnessAbilities.None, TerminalAsync),
        new(30, "a result stays until it is acknowledged, and goes then", HarnessAbilities.None, KeptResults.CheckAsync),
        new(31, "cancelled before its start: it never starts", HarnessAbilities.None, CancelWaitingAsync),
        new(32, "cancelled while running: ended within the declared time", HarnessAbilities.None, CancelRunningAsync),
        new(33, "cancelling an unknown id gets a defined error", HarnessAbilities.None, CancelUnknownAsync),
    ];

    private static async Task AnsweredAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var began = TimeProvider.System.GetTimestamp();
        var action = await run.SendAsync(run.Brief);
        await run.ReplyAsync(action);
        var took = TimeProvider.System.GetElapsedTime(began);
        if (took > run.Harness.Patience / 2) throw new ConformanceFailure($"an answer within {(run.Harness.Patience / 2).TotalSeconds:0.#} s", $"{took.TotalSeconds:0.##} s");
        CheckHeaders(run, action);
        await run.ResultAsync(action);

        var unknown = await run.SendAsync(SampleCommand.Of("no-such-command"), change: message => message with { Properties = message.Properties.Add(CommandMessage.TraceParentKey, TraceParent) });
        await run.ReplyAsync(unknown);
        CheckHeaders(run, unknown, TraceParent);
    }

    /// <summary>By them a client tells whose answer it is, and to what, before it reads it.</summary>
    private static void CheckHeaders(ConformanceRun run, ActionId action, string? traceParent = null)
    {
        foreach (var answer in run.Witness.Seen.Where(message => ConformanceRun.Frames<ReplyFrame>([message], run.ReplyTopic).Any(reply => reply.Action == action)))
        {
            if (!answer.CorrelationData.Span.SequenceEqual(action.ToBytes())) throw new ConformanceFailure("an answer with the command's correlation data", answer.CorrelationData.IsEmpty ? "none" : Convert.ToHexStringLower(answer.CorrelationData.Span));
            if (answer.ContentType != FrameCodec.ContentType) throw new ConformanceFailure($"an answer with the content type {FrameCodec.ContentType}", answer.ContentType ?? "none");
            if (answer.Properties.GetValueOrDefault(CommandMessage.VersionKey) != "1") throw new ConformanceFailure($"an answer with the user property {CommandMessage.VersionKey} 1", answer.Properties.GetValueOrDefault(CommandMessage.VersionKey, "none"));
            if (answer.Properties.GetValueOrDefault(CommandMessage.SourceKey, "").Length == 0) throw new ConformanceFailure($"an answer with the user property {CommandMessage.SourceKey}", "none");
            if (traceParent is not null && answer.Properties.GetValueOrDefault(CommandMessage.TraceParentKey) != traceParent)
                throw new ConformanceFailure($"an answer with the command's user property {CommandMessage.TraceParentKey} {traceParent}", answer.Properties.GetValueOrDefault(CommandMessage.TraceParentKey, "none"));
        }
    }

    private static async Task OutOfRangeAsync(ConformanceRun run)
    {
        var tried = false;
        foreach (var command in run.Birth.Commands)
        {
            foreach (var parameter in command.Parameters)
            {
                foreach (var value in OutOfRange.Values(parameter)) await RefusedAsync(run, With(command, parameter.Name, value), CauseCode.OutOfRange);
                foreach (var value in OutOfRange.InOtherUnits(parameter)) await RefusedAsync(run, With(command, parameter.Name, value), CauseCode.OutOfRange, or: CauseCode.InvalidCommand);
                tried = true;
            }
        }

        foreach (var limited in OutOfRange.BeyondLimits(run)) await RefusedAsync(run, limited, CauseCode.OutOfRange);
        if (!tried) throw new NotApplicable("no command has a parameter");
    }

    private static async Task WrongUnitAsync(ConformanceRun run)
    {
        var tried = false;
        foreach (var command in run.Birth.Commands)
        {
            foreach (var parameter in command.Parameters)
            {
                await RefusedAsync(run, With(command, parameter.Name, Quantity.Of(parameter.Low, parameter.Unit.Fits(Unit.Parse("kg")) ? "s" : "kg")), CauseCode.InvalidCommand);
                tried = true;
            }
        }

        if (!tried) throw new NotApplicable("no command has a parameter");
        await ConvertedUnits.CheckAsync(run);
    }

    private static async Task UnknownAsync(ConformanceRun run)
    {
        await RefusedAsync(run, SampleCommand.Of("no-such-command"), CauseCode.InvalidCommand);
        foreach (var command in run.Birth.Commands)
        {
            var sample = run.Sample.For(command);
            await RefusedAsync(run, sample with { Arguments = sample.Arguments.SetItem("no-such-parameter", new Quantity(1, Unit.One)) }, CauseCode.InvalidCommand);
            foreach (var parameter in command.Parameters.Where(parameter => parameter.Default is null))
                await RefusedAsync(run, sample with { Arguments = sample.Arguments.Remove(parameter.Name) }, CauseCode.InvalidCommand);
        }

        // Whoever knows other commands under the same names might mean something else by them.
        if (!run.Birth.Commands.IsEmpty)
            await RefusedAsync(run, run.Brief, CauseCode.InvalidCommand, message => message with { Properties = message.Properties.SetItem(CommandMessage.SchemaHashKey, OtherSchema) });
    }

    private static async Task ExpiredAsync(ConformanceRun run)
    {
        await run.QuietAsync();
        var (bytes, effects) = Device(run);
        var late = await run.SendAsync(run.Brief, deadline: TimeSpan.FromSeconds(-1));
        var reply = await run.ReplyAsync(late);
        if (reply.Status != ActionStatus.Expired) throw new ConformanceFailure("the answer Expired to a command whose deadline has passed", $"{reply.Status}");
        await NothingAsync(run, late, bytes, effects);

        if (run.Sample.Long is null && !run.Harness.Can.HasFlag(HarnessAbilities.DeviceLine)) return;
        var running = await run.KeepRunningAsync();
        var waiting = await run.SendAsync(run.Brief, deadline: TimeSpan.FromSeconds(3));
        if (await run.ReplyAsync(waiting) is { Status: not ActionStatus.Accepted } refused) await NoneWaitsAsync(run, running, refused);
        var due = run.Harness.Clock.GetUtcNow().AddSeconds(3.5);
        while (run.Harness.Clock.GetUtcNow() < due) await run.PauseAsync(0.01);
        await run.LetGoAsync(running);
        var result = await run.ResultAsync(waiting);
        await run.IdleAsync();
        if (result.Status != ActionStatus.Expired || run.WasStarted(waiting)) throw new ConformanceFailure("Expired, never Running, for a command whose deadline passed while it waited", $"{result.Status}{(run.WasStarted(waiting) ? ", and it ran" : "")}");
    }

    private static async Task RetainedAsync(ConformanceRun run)
    {
        await run.QuietAsync();
        var (bytes, effects) = Device(run);
        try
        {
            var action = await run.SendAsync(run.Brief, change: message => message with { Retain = true });
            await NothingAsync(run, action, bytes, effects);
            if (run.Harness.Can.HasFlag(HarnessAbilities.Kill)) await RetainedBeforeAsync(run);
        }
        finally
        {
            await run.Caller.PublishAsync(BusMessage.Cleared(run.Topics.Command(run.Brief.Command)), run.Cancellation);
        }
    }

    /// <summary>A command that lies on the broker before the host comes; whatever else a start says to the device, nothing is carried out.</summary>
    private static async Task RetainedBeforeAsync(ConformanceRun run)
    {
        await run.QuietAsync();
        var (_, effects) = Device(run);
        var action = run.NewId();
        await run.RestartAsync(async () =>
        {
            await run.Harness.KillAsync();
            await run.SendAsync(run.Brief, change: message => message with { Retain = true }, action: action);
        });
        await run.QuietAsync();
        await NothingAsync(run, action, Device(run).Bytes, effects);
    }

    private static async Task IncompleteAsync(ConformanceRun run)
    {
        await run.QuietAsync();
        (string Missing, Func<BusMessage, BusMessage> Change)[] cases =
        [
            ("its action id", message => message with { CorrelationData = ReadOnlyMemory<byte>.Empty }),
            ("a response topic", message => message with { ResponseTopic = null }),
            ("an expiry", message => message with { ExpirySeconds = null }),
            ("a payload that can be read", message => message with { Payload = Unreadable }),
        ];
        foreach (var (missing, change) in cases)
        {
            var (bytes, effects) = Device(run);
            var seen = run.Witness.Count;
            var action = await run.SendAsync(run.Brief, change: change);
            await run.EventAsync($"the event 'command_refused' for a command without {missing}", seen, told => told.Kind == "command_refused");
            await NothingAsync(run, action, bytes, effects);
        }

        await UnreadControlsAsync(run);
    }

    /// <summary>Whatever somebody writes, the driver goes on.</summary>
    private static async Task UnreadControlsAsync(ConformanceRun run)
    {
        foreach (var verb in new[] { "cancel", "clear", "lock", "unlock" })
        {
            var seen = run.Witness.Count;
            await run.ControlAsync(verb, change: message => message with { Payload = Unreadable });
            await run.EventAsync($"the event 'control_refused' for a {verb} that cannot be read", seen, told => told.Kind == "control_refused" && told.Message.Contains(verb, StringComparison.Ordinal));
        }

        if (run.LastState().Unit != UnitState.Idle) throw new ConformanceFailure("Idle still, after messages that cannot be read", $"{run.LastState().Unit}");
        await run.CarryOutAsync();
    }

    private static async Task ProgressAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var (action, result) = await run.CarryOutAsync();
        await TerminalStatusAsync(run, action);
        var told = ConformanceRun.Frames<StatusFrame>(run.Witness.Seen, run.Topics.Status(action)).Select(status => status.Progress).ToList();
        for (var i = 0; i < told.Count; i++)
        {
            if (!(told[i] is >= 0 and <= 1) || (i > 0 && told[i] < told[i - 1])) throw new ConformanceFailure("progress from 0 to 1 that never falls", string.Join(", ", told));
        }

        if (result.Status == ActionStatus.Succeeded && told[^1] != 1) throw new ConformanceFailure("progress 1 at the end", $"{told[^1]}");
        if (run.Sample.Long is not null || run.Harness.Can.HasFlag(HarnessAbilities.DeviceLine)) await WaitingAsync(run);
    }

    /// <summary>A caller that looks at the status alone can tell that its action stands behind another one.</summary>
    private static async Task WaitingAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var running = await run.KeepRunningAsync();
        var second = await run.SendAsync(run.Brief);
        var isTaken = (await run.ReplyAsync(second)).Status == ActionStatus.Accepted;
        if (isTaken) await run.SeeAsync("the status Waiting of an action behind another one", all => ConformanceRun.Frames<StatusFrame>(all, run.Topics.Status(second)).FirstOrDefault(status => status.Status == ActionStatus.Waiting));
        await run.LetGoAsync(running);
        await run.ResultAsync(running);
        if (isTaken) await run.ResultAsync(second);
    }

    private static async Task TerminalAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var (action, result) = await run.CarryOutAsync();
        await TerminalStatusAsync(run, action);
        await run.IdleAsync();
        await run.PauseAsync(0.1);
        var ends = ConformanceRun.Frames<StatusFrame>(run.Witness.Seen, run.Topics.Status(action)).Where(IsTerminal).ToList();
        var results = ConformanceRun.Frames<ResultFrame>(run.Witness.Seen, run.Topics.Result(action)).Select(frame => frame.Status).ToList();
        if (ends.Count != 1 || results.Count != 1 || ends[0].Status != result.Status)
            throw new ConformanceFailure("one result and one terminal status that agree", $"results {string.Join(", ", results)}; terminal statuses {string.Join(", ", ends.Select(end => end.Status))}");
    }

    private static async Task CancelWaitingAsync(ConformanceRun run)
    {
        // Held back, the one that runs sends no byte, so that whatever goes to the device is the other's.
        var held = run.Harness.Can.HasFlag(HarnessAbilities.DeviceLine);
        var before = await run.ReadyAsync();
        if (held) await run.CarryOutAsync();
        await run.QuietAsync();
        var once = Device(run).Effects - before;

        // A line that was held back for too long, on a busy machine, was given up; the next time it is not.
        for (var attempt = 1; !await CancelledWaitingAsync(run, held, once, isLast: attempt == 3); attempt++) await run.SettledAsync();
    }

    /// <returns>False where the line of the command that ran was given up, and nothing can be told.</returns>
    private static async Task<bool> CancelledWaitingAsync(ConformanceRun run, bool held, int once, bool isLast)
    {
        var began = await run.ReadyAsync();
        var running = await run.KeepRunningAsync(held);
        var waiting = await run.SendAsync(run.Brief);
        if (await run.ReplyAsync(waiting) is { Status: not ActionStatus.Accepted } refused) await NoneWaitsAsync(run, running, refused, held);
        var bytes = Device(run).Bytes;
        await run.ControlAsync("cancel", waiting);
        var result = await run.ResultAsync(waiting);
        await run.PauseAsync(0.05);
        var sent = Device(run).Bytes - bytes;
        var isGivenUp = held && ConformanceRun.Frames<ResultFrame>(run.Witness.Seen, run.Topics.Result(running)).Any();
        await run.LetGoAsync(running, held);
        await run.ResultAsync(running);
        if (isGivenUp && !isLast) return false;
        if (held && sent != 0) throw new ConformanceFailure("no byte to the device for a command that is cancelled while it waits", $"{sent} bytes");

        // Of a long command that was cut short nobody knows how many effects it has, but it has none after its end.
        var expected = held ? began + once : Device(run).Effects;
        await run.QuietAsync();
        await run.PauseAsync(0.15);
        var surplus = Device(run).Effects - expected;
        if (result.Status != ActionStatus.Cancelled || run.WasStarted(waiting) || surplus != 0)
            throw new ConformanceFailure("Cancelled, never Running, and no effect beside those of the command that ran", $"{result.Status}{(run.WasStarted(waiting) ? ", and it ran" : "")}, {surplus} effects");
        return true;
    }

    /// <exception cref="NotApplicable">Always, once nothing runs any more.</exception>
    private static async Task NoneWaitsAsync(ConformanceRun run, ActionId running, ReplyFrame refused, bool brief = false)
    {
        await run.LetGoAsync(running, brief);
        await run.ResultAsync(running);
        throw new NotApplicable($"the driver lets no command wait: {refused.Message}");
    }

    private static async Task CancelRunningAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var running = await run.KeepRunningAsync();
        var cancelled = run.Sample.Long ?? run.Brief;
        var within = run.Birth.Commands.Single(command => command.Name == cancelled.Command).CancelWithin;
        var began = run.Harness.Clock.GetUtcNow();
        await run.ControlAsync("cancel", running);
        if (run.Sample.Long is null) await run.LetGoAsync(running);
        var result = await run.ResultAsync(running, TimeSpan.FromSeconds(within) + run.Harness.Patience);

        // The result says when it ended by lab time.
        if (result.EndedAt - began > TimeSpan.FromSeconds(within) + run.Harness.Slack) throw new ConformanceFailure($"an end within {within} s", $"{(result.EndedAt - began).TotalSeconds:0.##} s");
        if (run.Sample.Long is not null && result.Status is not (ActionStatus.Cancelled or ActionStatus.Failed or ActionStatus.UnknownOutcome)) throw new ConformanceFailure("an action that was cancelled", $"{result.Status}");

        // What sets something may leave it as it is; nothing else goes on without its action.
        if (run.EffectOf(cancelled) != Effect.Set) await run.AtRestAsync(within, "the cancel", began);
    }

    private static async Task CancelUnknownAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var nobody = run.NewId();
        var seen = run.Witness.Count;
        await run.ControlAsync("cancel", nobody);
        await run.EventAsync("the event 'control_refused' that names the action", seen, told => told.Kind == "control_refused" && told.Message.Contains(nobody.ToString(), StringComparison.OrdinalIgnoreCase));
        if (run.Sample.Long is not null || run.Harness.Can.HasFlag(HarnessAbilities.DeviceLine)) await CancelUnknownWhileRunningAsync(run);
    }

    /// <summary>A cancel of something else, such as a late copy, ends nothing of what runs.</summary>
    private static async Task CancelUnknownWhileRunningAsync(ConformanceRun run)
    {
        var running = await run.KeepRunningAsync();
        var nobody = run.NewId();
        var seen = run.Witness.Count;
        await run.ControlAsync("cancel", nobody);
        await run.SeeAsync(
            "the event 'control_refused' that names the action, while another one runs",
            all => ConformanceRun.Frames<ResultFrame>(all, run.Topics.Result(running)).FirstOrDefault() ?? (object?)ConformanceRun.Frames<EventFrame>(all.Skip(seen), run.Topics.Event)
                .FirstOrDefault(told => told.Kind == "control_refused" && told.Message.Contains(nobody.ToString(), StringComparison.OrdinalIgnoreCase)));
        await run.PauseAsync(0.1);
        if (ConformanceRun.Frames<ResultFrame>(run.Witness.Seen, run.Topics.Result(running)).FirstOrDefault() is { } ended) throw new ConformanceFailure("an action that goes on while something else is cancelled", $"{ended.Status}: {ended.Message}");
        await run.LetGoAsync(running);
        await run.ResultAsync(running);
    }

    private static SampleCommand With(CommandDescription command, string parameter, Quantity value)
    {
        var lowest = ConformanceSample.Lowest(command);
        return lowest with { Arguments = lowest.Arguments.SetItem(parameter, value) };
    }

    private static async Task RefusedAsync(ConformanceRun run, SampleCommand command, CauseCode cause, Func<BusMessage, BusMessage>? change = null, CauseCode? or = null)
    {
        await run.QuietAsync();
        var (bytes, effects) = Device(run);
        var action = await run.SendAsync(command, change: change);
        var reply = await run.ReplyAsync(action);
        if (reply.Status != ActionStatus.Failed || (reply.Cause != cause && reply.Cause != or) || reply.Message.Length == 0)
            throw new ConformanceFailure($"a refusal {cause} with a message of {command.Command}({string.Join(", ", command.Arguments.Select(argument => $"{argument.Key} {argument.Value}"))}){(change is null ? "" : " under another schema hash")}", $"{reply.Status}, {reply.Cause}: '{reply.Message}'");
        await NothingAsync(run, action, bytes, effects, pause: 0.005);
    }

    private static (long Bytes, int Effects) Device(ConformanceRun run) => (
        run.Harness.Can.HasFlag(HarnessAbilities.CountBytes) ? run.Harness.DeviceBytes : 0,
        run.Harness.Can.HasFlag(HarnessAbilities.CountEffects) ? run.Harness.Effects.Count : 0);

    private static async Task NothingAsync(ConformanceRun run, ActionId action, long bytes, int effects, double pause = 0.15)
    {
        await run.PauseAsync(pause);
        var (now, happened) = Device(run);
        if (now != bytes) throw new ConformanceFailure("no byte to the device", $"{now - bytes} bytes");
        if (happened != effects) throw new ConformanceFailure("no effect", $"{happened - effects} effects");
        if (run.States().Any(state => state.Action == action)) throw new ConformanceFailure("an action that never starts", "it was started");
    }

    private static Task TerminalStatusAsync(ConformanceRun run, ActionId action) =>
        run.SeeAsync("a terminal status", all => ConformanceRun.Frames<StatusFrame>(all, run.Topics.Status(action)).FirstOrDefault(IsTerminal));

    private static bool IsTerminal(StatusFrame status) => status.Status >= ActionStatus.Succeeded;
}
