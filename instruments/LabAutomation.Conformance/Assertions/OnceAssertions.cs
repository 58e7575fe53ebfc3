using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>34–41: an action is never silently repeated and a result is never silently lost.</summary>
internal static class OnceAssertions
{
    /// <summary>An action that writes more often is not followed to its end.</summary>
    private const int MostBoundaries = 60;

    /// <summary>Behind the write of STARTED.</summary>
    private const int FirstAfterStart = 4;

    /// <summary>Room for two marks between the start and the end.</summary>
    private const int LastAfterStart = 10;

    /// <summary>Room for four marks between the start and the end.</summary>
    private const int LastBeforeEnd = 13;

    public static readonly IReadOnlyList<ConformanceAssertion> All =
    [
        new(34, "a command that arrives twice has one effect", HarnessAbilities.CountEffects, DuplicateAsync),
        new(35, "the same id in a new packet has one effect and the same answer", HarnessAbilities.None, RepeatedAsync),
        new(36, "the same id with other contents is an error", HarnessAbilities.None, OtherPayloadAsync),
        new(37, "killed at each boundary of the journal, never two effects", HarnessAbilities.Boundaries | HarnessAbilities.CountEffects, BoundariesAsync),
        new(38, "started without an end: what the device knows, else an unknown outcome", HarnessAbilities.Boundaries | HarnessAbilities.CountEffects, StartedAsync),
        new(39, "the broker restarts in mid-command: one effect, one result", HarnessAbilities.Broker, BrokerAsync),
        new(40, "of two driver processes one is fenced", HarnessAbilities.Twin | HarnessAbilities.CountEffects, TwinAsync),
        new(41, "with a full disk it takes nothing, and nothing happens", HarnessAbilities.Disk, DiskAsync),
    ];

    private static async Task DuplicateAsync(ConformanceRun run)
    {
        var once = await run.OnceAsync();
        var before = await run.ReadyAsync();
        var action = run.NewId();
        var message = run.Message(action, run.Brief).ToBusMessage(run.Topics, 36000);
        await Task.WhenAll(run.Caller.PublishAsync(message, run.Cancellation), run.Caller.PublishAsync(message, run.Cancellation));
        await run.ReplyAsync(action, which: 2);
        await run.ResultAsync(action);
        await run.QuietAsync();
        var effects = run.Effects - before;
        before = await run.ReadyAsync();
        var bytes = Bytes(run);
        await run.Caller.PublishAsync(message, run.Cancellation);
        await run.ReplyAsync(action, which: 3);
        await run.QuietAsync();
        effects += run.Effects - before;
        if (effects != once) throw new ConformanceFailure($"{once} effects, as of one command", $"{effects}");
        if (Bytes(run) != bytes) throw new ConformanceFailure("no byte to the device for a command that has ended", $"{Bytes(run) - bytes} bytes");
        await LateCopies.OfOneThatEndedAsync(run, message);
    }

    private static async Task RepeatedAsync(ConformanceRun run)
    {
        await run.OnceAsync();
        await run.ReadyAsync();
        var brief = run.Brief;
        var (action, result) = await run.CarryOutAsync(brief);
        var effects = await run.ReadyAsync();
        var seen = run.Witness.Count;
        await run.SendAsync(brief, deadline: TimeSpan.FromHours(20), action: action);
        var reply = await run.ReplyAsync(action, which: 2);
        var again = await run.SeeAsync("the result again", all => ConformanceRun.Frames<ResultFrame>(all.Skip(seen), run.Topics.Result(action)).FirstOrDefault());
        await run.QuietAsync();
        if (reply.Status != ActionStatus.Accepted || again.EndedAt != result.EndedAt || again.Status != result.Status) throw new ConformanceFailure($"the answer and the result it had, {result.Status} at {result.EndedAt:O}", $"{reply.Status}; {again.Status} at {again.EndedAt:O}");
        if (Effects(run) != effects) throw new ConformanceFailure("no further effect", $"{Effects(run) - effects}");
        await LateCopies.OfOneThatNeverStartedAsync(run);
    }

    private static async Task OtherPayloadAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var (action, _) = await run.CarryOutAsync();
        var effects = await run.ReadyAsync();
        SampleCommand[] others = [.. new[] { run.Birth.Commands.Select(ConformanceSample.Lowest).FirstOrDefault(command => command.Command != run.Brief.Command), Other(run) }.OfType<SampleCommand>()];
        if (others.Length == 0) throw new NotApplicable("the driver has one command without parameters");
        foreach (var (count, other) in others.Index())
        {
            await run.SendAsync(other, action: action);
            var reply = await run.ReplyAsync(action, which: count + 2);
            await run.QuietAsync();
            if (reply.Status != ActionStatus.Failed || reply.Cause != CauseCode.InvalidCommand) throw new ConformanceFailure($"a refusal InvalidCommand of '{other.Command}' with other {(other.Command == run.Brief.Command ? "arguments" : "words")}", $"{reply.Status}, {reply.Cause}");
            if (Effects(run) != effects) throw new ConformanceFailure("no further effect", $"{Effects(run) - effects}");
        }
    }

    private static async Task BoundariesAsync(ConformanceRun run)
    {
        var tried = 0;
        var counted = 0;
        foreach (var command in run.Sample.EachOf(run.Birth).ToList())
        {
            var once = await run.CountAsync(command);
            counted += once;
            for (var boundary = 1; boundary <= MostBoundaries; boundary++)
            {
                var before = await run.ReadyAsync();
                var killed = run.Harness.KillAtBoundary(boundary);
                var action = await run.SendAsync(command);
                await Task.WhenAny(killed, run.Witness.SeeAsync(all => ConformanceRun.Frames<ResultFrame>(all, run.Topics.Result(action)).FirstOrDefault(), 4 * run.Harness.Patience));
                if (!killed.IsCompleted && await Task.WhenAny(killed, run.PauseAsync(0.1)) != killed) break;
                await run.RestartAsync(run.Harness.KillAsync);
                tried++;
                await run.SendAsync(command, action: action);
                var result = await run.ResultAsync(action);
                await run.ReconcileAsync(result, run.Harness.Effects.Count - before);
                await run.SettledAsync();
                Agree(run, command, result, run.Harness.Effects.Count - before, once, boundary);
            }

            await run.RestartAsync(run.Harness.KillAsync);
        }

        if (tried == 0) throw new ConformanceFailure("a journal that is written while an action runs", "no write");
        if (counted == 0) throw new NotApplicable(ConformanceRun.Effectless("none of the commands that were tried"));
    }

    private static async Task StartedAsync(ConformanceRun run)
    {
        var once = await run.OnceAsync();

        // Boundary 4 lies behind the write of STARTED, as 1 and 2 are those of the answer, and 6 behind the next: a mark or the end. Others follow where a driver marks.
        var (boundary, unknown) = (FirstAfterStart, 0);
        for (; boundary <= LastAfterStart; boundary++)
        {
            var before = await run.ReadyAsync();
            var (action, end) = await KilledAtAsync(run, boundary, run.Brief);
            if (end is not null && boundary > 6) break;
            if (end is not null) throw new ConformanceFailure("a journal that is written when an action starts and when it ends", $"no boundary {boundary} of its journal before the end, {end}");
            await run.RestartAsync(run.Harness.KillAsync);
            var result = await run.ResultAsync(action);
            if (result.Status == ActionStatus.UnknownOutcome && result.Recoverable) throw new ConformanceFailure("an unknown outcome that keeps the unit Aborted", "one that is recoverable");
            if (result.Status == ActionStatus.UnknownOutcome) unknown++;
            await run.ReconcileAsync(result, run.Harness.Effects.Count - before);
            await run.SettledAsync();
            Agree(run, run.Brief, result, run.Harness.Effects.Count - before, once, boundary);
        }

        // Behind the write of the end, which is the last one where the end came before all boundaries were tried, nobody has to be asked.
        var asked = boundary - FirstAfterStart - (boundary > LastAfterStart ? 0 : 1);
        if (unknown == asked) throw new ConformanceFailure("a driver that finds out what became of an action, and knows at least that nothing was sent where it had marked nothing", $"an unknown outcome after each of {asked} kills");
        if (unknown > 0) run.Say($"a person had to look at the device after {unknown} of {asked} kills");
        await ExchangedAsync(run);
    }

    /// <summary>
    /// Another device of the same make stands in the place of the one that has done it, as after a repair. What it counts is less than was marked and says nothing of what was done, and so it is no reason to do it again.
    /// </summary>
    private static async Task ExchangedAsync(ConformanceRun run)
    {
        var command = run.Sample.EachOf(run.Birth).Prepend(run.Brief).FirstOrDefault(command => !LedgerAgreement.MayRepeat(run.EffectOf(command)));
        if (command is null || !run.Harness.Can.HasFlag(HarnessAbilities.Exchange)) return;
        var once = await run.CountAsync(command);

        // The last write of an action is its end, and before it the device has done all of it.
        for (var boundary = LastBeforeEnd; boundary > FirstAfterStart; boundary -= 2)
        {
            var effects = -await run.ReadyAsync();
            var (action, end) = await KilledAtAsync(run, boundary, command);
            if (end is not null) continue;
            await run.RestartAsync(async () =>
            {
                await run.Harness.KillAsync();
                effects += run.Harness.Effects.Count;
                run.Harness.ExchangeDevice();
            });
            var result = await run.ResultAsync(action);
            await run.ReconcileAsync(result, effects + run.Harness.Effects.Count);
            await run.SettledAsync();
            run.Agree(command, result, effects + run.Harness.Effects.Count, once, $"killed at boundary {boundary} of its journal, with another device in the place of the one that had begun it");
            return;
        }
    }

    /// <returns>The action, and in words how it ended where it did so before its host was killed.</returns>
    private static async Task<(ActionId Action, string? End)> KilledAtAsync(ConformanceRun run, int boundary, SampleCommand command)
    {
        var killed = run.Harness.KillAtBoundary(boundary);
        var action = await run.SendAsync(command);
        var ended = run.Witness.SeeAsync(all => ConformanceRun.Frames<ResultFrame>(all, run.Topics.Result(action)).FirstOrDefault(), 4 * run.Harness.Patience);
        await Task.WhenAny(killed, ended);
        if (killed.IsCompleted || await Task.WhenAny(killed, run.PauseAsync(0.1)) == killed) return (action, null);
        _ = run.Harness.KillAtBoundary(0);
        return (action, (await ended)?.Status.ToString() ?? "which never came");
    }

    private static async Task BrokerAsync(ConformanceRun run)
    {
        var once = await run.OnceAsync();
        var before = await run.ReadyAsync();
        var running = await run.KeepRunningAsync();
        var seen = run.Witness.Count;
        await run.Harness.RestartBrokerAsync();
        await run.SeeAsync("a birth after the broker came back", all => all.Skip(seen).FirstOrDefault(message => message.Topic == run.Topics.Birth), 4 * run.Harness.Patience);
        var result = await EndAsync(run, running);
        var atEnd = Effects(run);
        await run.PauseAsync(0.15);
        var later = Effects(run) - atEnd;
        await run.SettledAsync();
        var different = ConformanceRun.Frames<ResultFrame>(run.Witness.Seen, run.Topics.Result(running)).Select(frame => (frame.Status, frame.EndedAt)).Distinct().Count();
        if (different != 1) throw new ConformanceFailure("one result", $"{different}");

        // Of a long command that was cut short nobody knows how many effects it has, but it has none after its end.
        if (run.Sample.Long is null) run.Agree(run.Brief, result, Effects(run) - before, once, "with a broker that was away in its midst");
        else if (later > 0) throw new ConformanceFailure("no effect after the end", $"{later}");
    }

    /// <summary>Nobody knows when the driver hears again, so a cancel is sent until there is a result.</summary>
    private static async Task<ResultFrame> EndAsync(ConformanceRun run, ActionId running)
    {
        var due = TimeProvider.System.GetUtcNow() + 3 * run.Harness.Patience;
        while (TimeProvider.System.GetUtcNow() < due)
        {
            await run.LetGoAsync(running);
            if (await run.Witness.SeeAsync(all => ConformanceRun.Frames<ResultFrame>(all, run.Topics.Result(running)).FirstOrDefault(), TimeSpan.FromSeconds(0.5)) is { } result) return result;
        }

        return await run.ResultAsync(running);
    }

    private static async Task TwinAsync(ConformanceRun run)
    {
        var once = await run.OnceAsync();
        await run.QuietAsync();
        if (await run.Harness.StartTwinAsync(ownJournal: true, run.Cancellation)) throw new ConformanceFailure("a host with a journal of its own that finds the first one and does not start", "two hosts that are up");
        ActionId? running = run.Sample.Long is null ? null : await run.KeepRunningAsync();
        var seen = run.Witness.Count;
        if (!await run.Harness.StartTwinAsync(ownJournal: false, run.Cancellation)) throw new ConformanceFailure("a host that takes the place of an earlier one on its own journal", "one that takes it for somebody else");
        await run.SeeAsync("a birth of the second host", all => all.Skip(seen).FirstOrDefault(message => message.Topic == run.Topics.Birth));
        if (running is { } taken)
        {
            await TakenOverAsync(run, taken);
            return;
        }

        await run.UnitAsync(UnitState.Idle, seen);
        var before = await run.ReadyAsync();
        var action = await run.SendAsync(run.Brief);

        // The one that is shut out refuses, or says nothing at all.
        await run.SeeAsync("the acceptance of one of two hosts on the response topic", all => ConformanceRun.Frames<ReplyFrame>(all, run.ReplyTopic).FirstOrDefault(reply => reply.Action == action && reply.Status == ActionStatus.Accepted));
        await run.ResultAsync(action);
        await run.PauseAsync(0.2);
        var effects = run.Harness.Effects.Count - before;
        var accepted = ConformanceRun.Frames<ReplyFrame>(run.Witness.Seen, run.ReplyTopic).Count(reply => reply.Action == action && reply.Status == ActionStatus.Accepted);
        if (effects > once || accepted > 1) throw new ConformanceFailure($"one host that acts: {once} effects, one acceptance", $"{effects} effects, {accepted} acceptances");
    }

    /// <summary>What ran is the second host's, which follows it; the first one lets the device alone.</summary>
    private static async Task TakenOverAsync(ConformanceRun run, ActionId running)
    {
        await run.ReadBirthAsync();
        var epoch = run.Birth.Epoch;
        await run.SeeAsync("the action taken up by the second host, or its outcome unknown", all => TakenUp(all) ?? Result(all), 4 * run.Harness.Patience);
        await run.PauseAsync(0.5);
        if (Result(run.Witness.Seen) is { Status: not ActionStatus.UnknownOutcome } early)
            throw new ConformanceFailure("a long action that goes on under the second host", $"{early.Status} in epoch {early.Epoch} ('{early.Message}') before anybody had ended it");
        await run.LetGoAsync(running);
        await run.ResultAsync(running);
        await run.SettledAsync();

        // Asked again, one of the two answers, and nothing more is done.
        var (before, seen) = (run.Effects, run.Witness.Count);
        await run.SendAsync(run.Sample.Long!, action: running);
        await run.ReplyAsync(running, which: 2);
        await run.PauseAsync(0.2);
        var answers = ConformanceRun.Frames<ReplyFrame>(run.Witness.Seen.Skip(seen), run.ReplyTopic).Count(reply => reply.Action == running && reply.Status == ActionStatus.Accepted);
        if (run.Effects != before || answers != 1) throw new ConformanceFailure("one host that answers, and no further effect", $"{answers} answers, {run.Effects - before} effects");

        ResultFrame? Result(IReadOnlyList<BusMessage> all) => ConformanceRun.Frames<ResultFrame>(all, run.Topics.Result(running)).FirstOrDefault();

        object? TakenUp(IReadOnlyList<BusMessage> all) => ConformanceRun.Frames<StateFrame>(all, run.Topics.State).FirstOrDefault(state => state.Unit == UnitState.Execute && state.Action == running && state.Epoch == epoch);
    }

    /// <remarks>A refusal stands, although no disk holds it; where nothing was answered, the same command is taken as new.</remarks>
    private static async Task DiskAsync(ConformanceRun run)
    {
        await run.OnceAsync();
        var (effects, bytes, seen, action) = (await run.ReadyAsync(), Bytes(run), run.Witness.Seen.Count, run.NewId());
        var message = run.Message(action, run.Brief).ToBusMessage(run.Topics, 36000);
        run.Harness.FillDisk(true);
        await run.Caller.PublishAsync(message, run.Cancellation);
        await run.SeeAsync("the event 'journal', or a refusal", all =>
            Answer(all) ?? (object?)ConformanceRun.Frames<EventFrame>(all.Skip(seen), run.Topics.Event).FirstOrDefault(told => told.Kind == "journal"));
        await run.PauseAsync(0.1);
        run.Harness.FillDisk(false);
        var answer = Answer(run.Witness.Seen);
        if (answer is { Status: not ActionStatus.Failed and var status }) throw new ConformanceFailure("a refusal, or no answer", $"{status}");
        if (Effects(run) != effects) throw new ConformanceFailure("no effect", $"{Effects(run) - effects}");
        if (Bytes(run) != bytes) throw new ConformanceFailure("no byte to the device", $"{Bytes(run) - bytes} bytes");

        await run.Caller.PublishAsync(message, run.Cancellation);
        if (answer is null)
        {
            await run.ResultAsync(action);
            return;
        }

        await StillRefusedAsync(2, "once there is room");
        if (!run.Harness.Can.HasFlag(HarnessAbilities.Kill))
        {
            run.Say("whether the refusal outlasts its program was not tried, since the kit cannot kill the driver");
            return;
        }

        await run.RestartAsync(() => run.Harness.KillAsync());
        await run.Caller.PublishAsync(message, run.Cancellation);
        await StillRefusedAsync(3, "after a restart");

        async Task StillRefusedAsync(int which, string when)
        {
            if (await run.ReplyAsync(action, which) is { Status: not ActionStatus.Failed and var status }) throw new ConformanceFailure($"the refusal once more, {when}", $"{status}");
        }

        ReplyFrame? Answer(IEnumerable<BusMessage> all) => ConformanceRun.Frames<ReplyFrame>(all, run.ReplyTopic).FirstOrDefault(reply => reply.Action == action);
    }

    private static void Agree(ConformanceRun run, SampleCommand command, ResultFrame result, int effects, int once, int boundary) =>
        run.Agree(command, result, effects, once, $"killed at boundary {boundary} of its journal");

    /// <summary>The brief command with another argument; null where it has none that could be another.</summary>
    private static SampleCommand? Other(ConformanceRun run)
    {
        var brief = run.Brief;
        if (run.Birth.Commands.Single(command => command.Name == brief.Command).Parameters.FirstOrDefault(parameter => parameter.Low < parameter.High) is not { } parameter) return null;
        var high = new Quantity(parameter.High, parameter.Unit);
        return brief with { Arguments = brief.Arguments.SetItem(parameter.Name, brief.Arguments.GetValueOrDefault(parameter.Name) == high ? new Quantity(parameter.Low, parameter.Unit) : high) };
    }

    private static int Effects(ConformanceRun run) => run.Effects;

    private static long Bytes(ConformanceRun run) => run.Harness.Can.HasFlag(HarnessAbilities.CountBytes) ? run.Harness.DeviceBytes : 0;
}
