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
        await run.IdleAsync();
        await using var stranger = await run.Harness.ConnectAsync(ConformanceClient.Stranger, run.Cancellation);
        var lie = new Liveness(false, run.Birth.Epoch + 1000);
        try
        {
            await stranger.PublishAsync(BusMessage.Of(run.Topics.Liveness, lie), run.Cancellation).WaitAsync(run.Harness.Patience);
        }
        catch (Exception error) when (error is BusRefusedException or TimeoutException)
        {
            // A broker may refuse or drop; what counts is that nobody hears it.
        }

        await run.PauseAsync(0.1);
        if (ConformanceRun.Frames<Liveness>(run.Witness.Seen, run.Topics.Liveness).Contains(lie)) throw new ConformanceFailure("a broker that keeps a stranger off the instrument's topics", "the stranger was heard");
    }

    private static async Task EavesdropAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        await using var stranger = await run.Harness.ConnectAsync(ConformanceClient.Stranger, run.Cancellation);
        var heard = new Witness();
        foreach (var filter in new[] { run.ReplyTopic, $"{Topics.Root}/clients/+/reply/#" })
        {
            try
            {
                await stranger.SubscribeAsync(filter, heard.Take, run.Cancellation).WaitAsync(run.Harness.Patience);
            }
            catch (Exception error) when (error is BusRefusedException or TimeoutException)
            {
                // As it should be; what counts is what is heard.
            }
        }

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
        var (action, _) = await run.CarryOutAsync();
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
