using System.Text.Json;
using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>1–8: what a birth must say so that a lab can use an instrument it has never heard of.</summary>
internal static class BirthAssertions
{
    public static readonly IReadOnlyList<ConformanceAssertion> All =
    [
        new(1, "one birth, retained", HarnessAbilities.None, OneBirthAsync),
        new(2, "the birth comes before any state", HarnessAbilities.None, BirthFirstAsync),
        new(3, "every frame is what its schema says, with its content type", HarnessAbilities.None, SchemaAsync),
        new(4, "the schema hash is that of the commands and properties", HarnessAbilities.None, HashAsync),
        new(5, "the epoch is greater after every restart, power loss included", HarnessAbilities.Kill, EpochAsync),
        new(6, "every value has a unit or says dimensionless, and what is told is what the birth declares", HarnessAbilities.None, UnitsAsync),
        new(7, "ranges are machine-readable and hold their defaults", HarnessAbilities.None, RangesAsync),
        new(8, "the birth says whether the device is real or simulated", HarnessAbilities.None, SimulatedAsync),
    ];

    private static async Task OneBirthAsync(ConformanceRun run)
    {
        var late = await run.LateAsync(run.Topics.Birth);
        if (late is not { Retain: true }) throw new ConformanceFailure("a retained birth for a client that comes late", late is null ? "none" : "one that is not retained");
        var births = run.Witness.Seen.Count(message => message.Topic == run.Topics.Birth);
        if (births != 1) throw new ConformanceFailure("one birth", $"{births}");
    }

    private static async Task BirthFirstAsync(ConformanceRun run)
    {
        var seen = 0;
        if (!run.Harness.Can.HasFlag(HarnessAbilities.Start))
        {
            // What an earlier life left on the broker is no first word.
            run.Require(HarnessAbilities.Kill, "a harness that can start the host");
            await run.IdleAsync();
            seen = run.Witness.Count;
            await run.RestartAsync(run.Harness.KillAsync);
        }

        var told = await run.SeeAsync("a birth and a state", all =>
        {
            var topics = all.Skip(seen).Select(message => message.Topic).ToList();
            return topics.Contains(run.Topics.Birth) && topics.Contains(run.Topics.State) ? topics : null;
        });
        if (told.IndexOf(run.Topics.State) < told.IndexOf(run.Topics.Birth)) throw new ConformanceFailure("the birth before any state", "a state before the birth");
    }

    private static async Task SchemaAsync(ConformanceRun run)
    {
        await run.SeeAsync("birth, liveness and state", all => new[] { run.Topics.Birth, run.Topics.Liveness, run.Topics.State }.All(topic => all.Any(message => message.Topic == topic)) ? all : null);
        CheckFrames(run);
        if (run.Birth.Commands.IsEmpty) return;
        try
        {
            await run.IdleAsync();
            await run.CarryOutAsync();
            await run.IdleAsync();
        }
        finally
        {
            // A frame that cannot be read says more than that it did not come.
            CheckFrames(run);
        }
    }

    private static void CheckFrames(ConformanceRun run)
    {
        foreach (var message in run.Witness.Seen.Where(message => !message.Payload.IsEmpty))
        {
            try
            {
                if (!IsFrame(run, message)) continue;
            }
            catch (FrameException error)
            {
                throw new ConformanceFailure($"a frame of the contract on {message.Topic}", error.Message);
            }

            if (message.ContentType != FrameCodec.ContentType) throw new ConformanceFailure($"the content type {FrameCodec.ContentType} on {message.Topic}", message.ContentType ?? "none");
        }
    }

    /// <exception cref="FrameException">It should be one and is none.</exception>
    private static bool IsFrame(ConformanceRun run, BusMessage message)
    {
        var topic = message.Topic;
        if (topic == run.Topics.Birth) Check(FrameCodec.Decode<Birth>(message.Payload), run);
        else if (topic == run.Topics.Liveness) _ = FrameCodec.Decode<Liveness>(message.Payload);
        else if (topic == run.Topics.State) _ = FrameCodec.Decode<StateFrame>(message.Payload);
        else if (topic == run.Topics.Event) _ = FrameCodec.Decode<EventFrame>(message.Payload);
        else if (topic == run.ReplyTopic) _ = FrameCodec.Decode<ReplyFrame>(message.Payload);
        else if (topic.Contains("/prop/", StringComparison.Ordinal)) _ = FrameCodec.Decode<PropertyFrame>(message.Payload);
        else if (topic.EndsWith("/status", StringComparison.Ordinal)) _ = FrameCodec.Decode<StatusFrame>(message.Payload);
        else if (topic.EndsWith("/result", StringComparison.Ordinal)) _ = FrameCodec.Decode<ResultFrame>(message.Payload);
        else return false;
        return true;
    }

    private static void Check(Birth birth, ConformanceRun run)
    {
        if (birth.Protocol != "1") throw new ConformanceFailure("protocol 1", birth.Protocol);
        if (birth.Instrument != run.Topics.Instrument || birth.Family.Length == 0) throw new ConformanceFailure($"a birth of '{run.Topics.Instrument}' with its family", $"instrument '{birth.Instrument}', family '{birth.Family}'");
    }

    private static Task HashAsync(ConformanceRun run)
    {
        var hash = SchemaHashes.Of(run.Birth.Commands, run.Birth.Properties);
        if (hash != run.Birth.SchemaHash) throw new ConformanceFailure(hash, run.Birth.SchemaHash);
        return Task.CompletedTask;
    }

    private static async Task EpochAsync(ConformanceRun run)
    {
        foreach (var clean in new[] { true, false })
        {
            if (clean && !run.Harness.Can.HasFlag(HarnessAbilities.Stop)) continue;
            var (before, since) = (run.Birth.Epoch, run.Birth.RemembersSince);
            await run.RestartAsync(() => clean ? run.Harness.StopAsync(run.Cancellation) : run.Harness.KillAsync());
            if (run.Birth.RemembersSince != since) throw new ConformanceFailure($"the journal of before, which remembers since {since:O}", $"one that remembers since {run.Birth.RemembersSince:O}");
            if (run.Birth.Epoch <= before) throw new ConformanceFailure($"an epoch above {before} after {(clean ? "a clean stop" : "a kill")}", $"{run.Birth.Epoch}");
        }
    }

    private static async Task UnitsAsync(ConformanceRun run)
    {
        using var birth = await DocumentAsync(run);
        foreach (var command in birth.RootElement.GetProperty("commands").EnumerateArray())
        {
            foreach (var value in command.GetProperty("parameters").EnumerateArray().Concat(command.GetProperty("outputs").EnumerateArray())) Check(value, command.GetProperty("name").GetString()!);
        }

        foreach (var property in birth.RootElement.GetProperty("properties").EnumerateArray()) Check(property, "property");
        await DeclaredAsync(run);

        static void Check(JsonElement value, string owner)
        {
            var unit = value.TryGetProperty("unit", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
            if (!Unit.TryParse(unit, out _)) throw new ConformanceFailure($"a unit, or 1, at {owner}.{value.GetProperty("name")}", unit ?? "none");
        }
    }

    /// <summary>A few actions; every property and every output that is told meanwhile is in the birth, in a unit that can be converted to the one there.</summary>
    private static async Task DeclaredAsync(ConformanceRun run)
    {
        var samples = run.Harness.Can.HasFlag(HarnessAbilities.Start) ? run.Sample.EachOf(run.Birth) : run.Birth.Commands.IsEmpty ? [] : [run.Brief];
        foreach (var sample in samples)
        {
            await run.IdleAsync();
            var (_, result) = await run.CarryOutAsync(sample);
            var declared = run.Birth.Commands.Single(command => command.Name == sample.Command).Outputs.Where(output => !output.Series && output.Media is null).ToDictionary(output => output.Name, output => output.Unit);
            foreach (var (name, value) in result.Outputs) Compare($"output '{name}' of {sample.Command}", value, declared.GetValueOrDefault(name));
        }

        await run.IdleAsync();
        var properties = run.Birth.Properties.ToDictionary(property => property.Name, property => property.Unit);
        foreach (var message in run.Witness.Seen.Where(message => message.Topic.Contains("/prop/", StringComparison.Ordinal)))
        {
            var name = message.Topic[(message.Topic.LastIndexOf('/') + 1)..];
            foreach (var frame in ConformanceRun.Frames<PropertyFrame>([message], message.Topic)) Compare($"property '{name}'", frame.Value, properties.GetValueOrDefault(name));
        }

        static void Compare(string what, Quantity told, Unit? declared)
        {
            if (declared is null) throw new ConformanceFailure($"what the birth declares; it has no {what}", $"{told}");
            if (!told.Unit.Fits(declared)) throw new ConformanceFailure($"{what} in {declared}, as the birth declares it", $"{told}");
        }
    }

    private static async Task RangesAsync(ConformanceRun run)
    {
        using var birth = await DocumentAsync(run);
        foreach (var command in birth.RootElement.GetProperty("commands").EnumerateArray())
        {
            foreach (var parameter in command.GetProperty("parameters").EnumerateArray())
            {
                double? Number(string name) => parameter.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
                var (low, high, normal) = (Number("low"), Number("high"), Number("default"));
                if (!(low <= high)) throw new ConformanceFailure($"numbers low <= high at {command.GetProperty("name")}.{parameter.GetProperty("name")}", $"{low} and {high}");
                if (normal is { } value && !(value >= low && value <= high)) throw new ConformanceFailure("a default within its range", $"{value} at {command.GetProperty("name")}.{parameter.GetProperty("name")}");
            }
        }
    }

    private static async Task SimulatedAsync(ConformanceRun run)
    {
        using var birth = await DocumentAsync(run);
        var said = birth.RootElement.TryGetProperty("simulated", out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : (bool?)null;
        if (said is null) throw new ConformanceFailure("'simulated', true or false", "nothing of the kind");
        if (run.Harness.Simulated is { } known && known != said) throw new ConformanceFailure($"simulated {known}", $"{said}");
    }

    private static async Task<JsonDocument> DocumentAsync(ConformanceRun run)
    {
        var message = await run.SeeAsync("a birth", all => all.LastOrDefault(message => message.Topic == run.Topics.Birth));
        try
        {
            return JsonDocument.Parse(message.Payload);
        }
        catch (JsonException error)
        {
            throw new ConformanceFailure("a birth in JSON", error.Message);
        }
    }
}
