using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>49, 50 and 52: who may say and hear what, and whether a simulation can be repeated.</summary>
internal static class SecurityAssertions
{
    private static readonly string[] Times = ["at", "startedAt", "endedAt", "eta", "progress", "action"];

    public static readonly IReadOnlyList<ConformanceAssertion> All =
    [
        new(49, "nobody else may publish on the instrument's topics", HarnessAbilities.Stranger, PublishAsync),
        new(50, "nobody else can read a client's replies", HarnessAbilities.Stranger, EavesdropAsync),
        new(52, "the same seed gives the same trace", HarnessAbilities.Seed, TraceAsync),
    ];

    private static async Task PublishAsync(ConformanceRun run)
    {
        await run.QuietAsync();
        await using var stranger = await run.Harness.ConnectAsync(ConformanceClient.Stranger, run.Cancellation);
        var effects = Effects(run);
        var seen = run.Witness.Count;
        var command = run.NewId();
        BusMessage[] lies = [.. Lies(run)];
        await Task.WhenAll(lies
            .Append(run.Message(command, run.Brief).ToBusMessage(run.Topics, expirySeconds: 36000))
            .Append(BusMessage.Of(run.Topics.Control("abort"), new ControlFrame(null, "a stranger", "nobody asked for it", run.Harness.Clock.GetUtcNow())))
            .Select(message => TryAsync(run, stranger.PublishAsync(message, run.Cancellation))));

        await run.PauseAsync(0.2);
        var heard = run.Witness.Seen.Skip(seen).ToList();
        if (lies.FirstOrDefault(lie => heard.Any(message => message.Topic == lie.Topic && message.Payload.Span.SequenceEqual(lie.Payload.Span))) is { } believed)
            throw new ConformanceFailure("a broker that keeps a stranger off the instrument's topics", $"the stranger was heard on {believed.Topic}");
        if (heard.Any(message => message.Topic == run.ReplyTopic) || run.States().Any(state => state.Action == command) || Effects(run) != effects)
            throw new ConformanceFailure("a broker that keeps a stranger's commands from the instrument", $"the stranger's '{run.Brief.Command}' was answered or carried out");
        if (run.LastState().Unit != UnitState.Idle)
            throw new ConformanceFailure("a broker that keeps a stranger's controls from the instrument", $"the unit {run.LastState().Unit} after the stranger's abort");
    }

    /// <summary>What a stranger could say in the instrument's name, a message for each kind of topic; none is what the instrument itself says.</summary>
    private static IEnumerable<BusMessage> Lies(ConformanceRun run)
    {
        var (at, action, epoch) = (run.Harness.Clock.GetUtcNow(), run.NewId(), run.Birth.Epoch + 1000);
        yield return BusMessage.Of(run.Topics.Birth, run.Birth with { Epoch = epoch });
        yield return BusMessage.Of(run.Topics.Liveness, new Liveness(false, epoch));
        yield return BusMessage.Of(run.Topics.State, run.LastState() with { Epoch = epoch });
        yield return BusMessage.Of(run.Topics.Property(run.Birth.Properties.FirstOrDefault()?.Name ?? "lie"), new PropertyFrame(new Quantity(1, Unit.One), Quality.Good, 1_000_000, at));
        yield return BusMessage.Of(run.Topics.Event, new EventFrame("lie", "said by a stranger", 1_000_000, at));
        yield return BusMessage.Of(run.Topics.Status(action), new StatusFrame(action, ActionStatus.Succeeded, 1, null, "said by a stranger", at));
        yield return BusMessage.Of(run.Topics.Result(action), new ResultFrame(action, ActionStatus.Succeeded, CauseCode.Success, "said by a stranger", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], at, at, epoch));
        yield return new BusMessage(run.Topics.Data(action, "lie"), new byte[] { 1 });
    }

    /// <summary>A broker may refuse or drop; what counts is that nobody hears it.</summary>
    private static async Task TryAsync(ConformanceRun run, Task attempt)
    {
        try
        {
            await attempt.WaitAsync(run.Harness.Patience, TimeProvider.System, run.Cancellation);
        }
        catch (Exception error) when (error is BusRefusedException or TimeoutException)
        {
        }
    }

    private static int Effects(ConformanceRun run) => run.Harness.Can.HasFlag(HarnessAbilities.CountEffects) ? run.Harness.Effects.Count : 0;

    private static async Task EavesdropAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        await using var stranger = await run.Harness.ConnectAsync(ConformanceClient.Stranger, run.Cancellation);
        var heard = new Witness();
        foreach (var filter in new[] { run.ReplyTopic, $"{Topics.Root}/clients/+/reply/#" }) await TryAsync(run, stranger.SubscribeAsync(filter, heard.Take, run.Cancellation));

        await run.ReplyAsync(await run.SendAsync(SampleCommand.Of("no-such-command")));
        await run.PauseAsync(0.1);
        if (heard.Count > 0) throw new ConformanceFailure("replies that only their client can read", "a stranger read one");
    }

    private static async Task TraceAsync(ConformanceRun run)
    {
        var first = await TraceOfAsync(run);
        await run.Harness.RebuildAsync(run.Cancellation);
        await run.ReadBirthAsync();
        var second = await TraceOfAsync(run);
        if (!first.SequenceEqual(second)) throw new ConformanceFailure($"the trace {string.Join(" | ", first)}", string.Join(" | ", second));
    }

    /// <summary>States, effects and results without what real time decides.</summary>
    private static async Task<List<string>> TraceOfAsync(ConformanceRun run)
    {
        var seen = run.Witness.Count;
        var before = run.Harness.Effects.Count;
        await run.IdleAsync();
        var (action, _) = await run.CarryOutAsync(run.Sample.Repeatable);
        await run.IdleAsync();
        var messages = run.Witness.Seen.Skip(seen).Where(message => message.Topic == run.Topics.Result(action)).Select(message => Plain(message.Payload));
        var states = ConformanceRun.Frames<StateFrame>(run.Witness.Seen.Skip(seen), run.Topics.State).Where(frame => frame.Action == action).Select(frame => frame.Unit.ToString());
        return [.. states, .. messages, .. run.Harness.Effects.Skip(before)];
    }

    private static string Plain(ReadOnlyMemory<byte> payload)
    {
        var frame = JsonNode.Parse(payload.Span)!.AsObject();
        foreach (var name in Times) frame.Remove(name);
        foreach (var data in frame["data"]?.AsArray() ?? []) data!.AsObject().Remove("topic");
        return frame.ToJsonString(new JsonSerializerOptions());
    }
}
