using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>45–48: errors, bulk data and times.</summary>
internal static class DataAssertions
{
    /// <summary>Members of frames that are times.</summary>
    private static readonly FrozenSet<string> Times = FrozenSet.ToFrozenSet(["at", "startedAt", "endedAt", "until"], StringComparer.Ordinal);

    public static readonly IReadOnlyList<ConformanceAssertion> All =
    [
        new(45, "an undefined error leads to Aborted", HarnessAbilities.DeviceLine, UndefinedAsync),
        new(46, "the recoverable flag is honoured", HarnessAbilities.DeviceLine, RecoverableAsync),
        new(47, "bulk data has the hash that its reference promises", HarnessAbilities.None, BulkAsync),
        new(48, "times are UTC", HarnessAbilities.None, TimesAsync),
    ];

    private static async Task UndefinedAsync(ConformanceRun run)
    {
        var once = await run.OnceAsync();
        var (before, seen) = (await run.ReadyAsync(), run.Witness.Count);
        run.Harness.SpoilAnswers(true);
        var action = await run.SendAsync(run.Brief);
        var result = await run.ResultAsync(action);
        await run.SeeAsync("Aborted after bytes that are no answer", all => ConformanceRun.Frames<StateFrame>(all.Skip(seen), run.Topics.State).FirstOrDefault(frame => frame.Unit == UnitState.Aborted), 4 * run.Harness.Patience);
        if (result.Status is ActionStatus.Succeeded or ActionStatus.Cancelled) throw new ConformanceFailure("an action that failed or whose outcome is unknown", $"{result.Status}");
        run.Agree(run.Brief, result, run.Effects - before, once, "with answers that are none");
    }

    private static async Task RecoverableAsync(ConformanceRun run)
    {
        await run.QuietAsync();
        var (action, good) = await run.CarryOutAsync();
        await run.IdleAsync();
        if (!good.Recoverable || States(run, action).Contains(UnitState.Aborting)) throw new ConformanceFailure("a success that is recoverable and leaves the unit idle", $"{good}");
        var seen = run.Witness.Count;
        run.Harness.SpoilAnswers(true);
        var broken = await run.ResultAsync(await run.SendAsync(run.Brief));
        await run.SeeAsync("Idle or Aborted", all => ConformanceRun.Frames<StateFrame>(all.Skip(seen), run.Topics.State).LastOrDefault() is { Unit: UnitState.Idle or UnitState.Aborted } end ? end : null, 4 * run.Harness.Patience);
        await run.PauseAsync(0.1);
        var unit = run.LastState().Unit;
        if (broken.Recoverable == unit is UnitState.Aborted or UnitState.Aborting) throw new ConformanceFailure(broken.Recoverable ? "a unit that goes on" : "a unit that is Aborted", $"{unit} after a result that is {(broken.Recoverable ? "" : "not ")}recoverable");
    }

    private static async Task BulkAsync(ConformanceRun run)
    {
        var commands = run.Birth.Commands.Where(command => command.Outputs.Any(output => output.Series || output.Media is not null)).ToList();
        if (commands.Count == 0) throw new NotApplicable("no command gives bulk data");
        foreach (var command in commands)
        {
            await run.IdleAsync();
            await BulkOfAsync(run, run.Sample.For(command));
        }
    }

    private static async Task BulkOfAsync(ConformanceRun run, SampleCommand sample)
    {
        var (_, result) = await run.CarryOutAsync(sample);
        if (result.Status != ActionStatus.Succeeded) throw new ConformanceFailure($"a success of {sample.Command}, which gives bulk data", $"{result.Status}, {result.Cause}: {result.Message}");
        if (result.Data.Length == 0) throw new ConformanceFailure($"a reference to the bulk data of {sample.Command}", "none");
        foreach (var reference in result.Data)
        {
            var payload = await run.SeeAsync($"data on {reference.Topic}", all => all.FirstOrDefault(message => message.Topic == reference.Topic));
            var declared = run.Birth.Commands.First(command => command.Name == sample.Command).Outputs.FirstOrDefault(output => output.Name == reference.Name && (output.Series || output.Media is not null))
                ?? throw new ConformanceFailure($"data that the birth declares; {sample.Command} has no '{reference.Name}' there", $"a reference to {reference.Topic}");
            if (payload.ContentType != (reference.Media ?? Series.MediaType)) throw new ConformanceFailure($"the content type {reference.Media ?? Series.MediaType} on {reference.Topic}", payload.ContentType ?? "none");
            if (declared.Columns is { } columns && !columns.SequenceEqual(reference.Columns)) throw new ConformanceFailure($"the columns of '{reference.Name}' that the birth declares, {Named(columns)}", Named(reference.Columns));
            try
            {
                _ = BulkData.Read(reference, payload.Payload);
            }
            catch (FrameException error)
            {
                throw new ConformanceFailure("the data that the reference promises", error.Message);
            }
        }
    }

    private static string Named(IEnumerable<ColumnDescription> columns) => string.Join(", ", columns.Select(column => $"{column.Name} in {column.Unit}"));

    private static async Task TimesAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        await run.CarryOutAsync();
        await run.IdleAsync();
        foreach (var message in run.Witness.Seen.Where(message => !message.Payload.IsEmpty && !message.Topic.Contains("/data/", StringComparison.Ordinal)))
        {
            try
            {
                using var document = JsonDocument.Parse(message.Payload);
                CheckTimes(document.RootElement, message.Topic);
            }
            catch (JsonException error)
            {
                throw new ConformanceFailure($"JSON on {message.Topic}", error.Message);
            }
        }
    }

    private static void CheckTimes(JsonElement element, string topic)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) CheckTimes(item, topic);
        }

        if (element.ValueKind != JsonValueKind.Object) return;
        foreach (var member in element.EnumerateObject())
        {
            if (!Times.Contains(member.Name)) CheckTimes(member.Value, topic);
            else if (!IsUtc(member.Value)) throw new ConformanceFailure("a time in UTC that ends in Z", $"'{member.Value}' as {member.Name} on {topic}");
        }
    }

    private static bool IsUtc(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.EndsWith('Z') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    private static List<UnitState> States(ConformanceRun run, ActionId action) => [.. run.States().Where(frame => frame.Action == action).Select(frame => frame.Unit)];
}
