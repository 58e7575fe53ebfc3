using System.Globalization;
using System.Text.Json;
using LabAutomation.Lab.Display;
using LabAutomation.Models;

namespace LabAutomation.Lab.Commands;

/// <summary>
/// What <c>lab model run</c> does: calls of a model from another program, one JSON object a line, each answered by a line as soon as it is ready. Calls that wait at the same time run as one
/// batch, and a further version of the model takes over while calls are under way.
/// </summary>
internal sealed class ModelCalls(ModelRegistry registry, NamedModel model, string folder, TextWriter output, Action<string> notice)
{
    /// <summary>Calls that may be under way; further lines are not read before one is answered.</summary>
    private const int AtOnce = 256;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Of two inputs of one name, nobody could say which was meant.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly Dictionary<int, Stack<ModelCall>> _spare = [];
    private readonly Lock _turn = new();
    private volatile IOException? _deaf;
    private long _unread;

    /// <summary>Lines that were refused before they reached the model.</summary>
    public long Unread => Interlocked.Read(ref _unread);

    /// <summary>Until the input ends or somebody cancels, and every call that was read is answered.</summary>
    /// <returns>What the batcher did.</returns>
    /// <exception cref="IOException">An answer could not be written.</exception>
    public async Task<BatcherFigures> RunAsync(TextReader input, CancellationToken cancellation)
    {
        using var batcher = new ModelBatcher(model, new BatcherOptions { Capacity = AtOnce });
        using var room = new SemaphoreSlim(AtOnce);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = new RegistryWatch(registry, folder, model.Name).RunAsync(LookEvery, TimeProvider.System, notice, end.Token);
        try
        {
            for (var number = 1; await input.ReadLineAsync(cancellation).AsTask().WaitAsync(cancellation) is { } line; number++)
            {
                if (_deaf is { } gone) throw gone;
                if (string.IsNullOrWhiteSpace(line)) continue;
                await room.WaitAsync(cancellation);
                _ = AnswerAsync(batcher, line, number, room);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Whoever cancels wants the answers to what was asked by then.
        }
        finally
        {
            for (var k = 0; k < AtOnce; k++) await room.WaitAsync(CancellationToken.None);
            await end.CancelAsync();
            await watching;
        }

        // The last answers may have been the ones that nobody could read.
        return _deaf is { } lost ? throw lost : batcher.Figures;
    }

    private async Task AnswerAsync(ModelBatcher batcher, string line, int number, SemaphoreSlim room)
    {
        try
        {
            Write(await AnswerOrRefuseAsync(batcher, line, number));
        }
        catch (IOException error)
        {
            // Nobody reads the answers any more.
            _deaf = error;
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<object> AnswerOrRefuseAsync(ModelBatcher batcher, string line, int number)
    {
        try
        {
            return await AnswerAsync(batcher, line, number);
        }
        catch (Exception error) when (error is UsageException or JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            Interlocked.Increment(ref _unread);
            return new { id = Identity(line), line = number, outcome = "refused", reason = error is JsonException broken ? CallWording.Of(broken) : error.Message };
        }
    }

    private async Task<object> AnswerAsync(ModelBatcher batcher, string line, int number)
    {
        using var asked = JsonDocument.Parse(line, Strict);
        var (id, card, terms) = (Identity(line), model.Current.Card, Terms(asked.RootElement));
        var values = Inputs(asked.RootElement, card);
        var call = Take(batcher, values, card);
        foreach (var (name, numbers) in values) numbers.CopyTo(call.Input(name));
        var outcome = await batcher.RunAsync(call, terms);
        var answer = new
        {
            id,
            line = number,
            outcome = JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString()),
            outputs = outcome == CallOutcome.Answered ? card.Outputs.ToDictionary(tensor => tensor.Name, tensor => call.Output(tensor.Name).ToArray()) : null,
            flag = call.Flag,
            reason = call.Reason,
        };
        lock (_turn) _spare[call.Rows].Push(call);
        return answer;
    }

    private static Dictionary<string, float[]> Inputs(JsonElement asked, ModelCard card)
    {
        if (asked.ValueKind != JsonValueKind.Object || !asked.TryGetProperty("inputs", out var inputs) || inputs.ValueKind != JsonValueKind.Object)
            throw new UsageException("a call is an object with 'inputs', such as {\"id\":1,\"inputs\":{\"x\":[0.5]}}");
        foreach (var strange in asked.EnumerateObject().Where(member => member.Name is not ("id" or "inputs" or "within" or "priority"))) throw new UsageException($"'{strange.Name}' is not known; a call has id, inputs, within and priority");
        foreach (var strange in inputs.EnumerateObject().Where(member => card.Inputs.All(tensor => tensor.Name != member.Name))) throw new UsageException($"there is no input '{strange.Name}'; the model has {string.Join(", ", (IEnumerable<TensorCard>)card.Inputs)}");
        return card.Inputs.ToDictionary(tensor => tensor.Name, tensor => inputs.TryGetProperty(tensor.Name, out var numbers) && numbers.ValueKind == JsonValueKind.Array
            ? numbers.EnumerateArray().Select((number, k) => Number(number, $"'{tensor.Name}'[{k}]").GetSingle()).ToArray()
            : throw new UsageException($"input '{tensor.Name}' is wanted: a list of numbers in {tensor.Unit}, row by row"));
    }

    private static CallTerms Terms(JsonElement asked)
    {
        TimeSpan? within = null;
        if (asked.ValueKind == JsonValueKind.Object && asked.TryGetProperty("within", out var seconds))
        {
            within = Number(seconds, "within").GetDouble() is > 0 and <= 3600 and var given
                ? TimeSpan.FromSeconds(given)
                : throw new UsageException($"within is more than 0 s and at most 3600 s, not {seconds.GetDouble().ToString(CultureInfo.InvariantCulture)}");
        }

        if (asked.ValueKind != JsonValueKind.Object || !asked.TryGetProperty("priority", out var priority)) return new CallTerms { Within = within };
        return priority.ValueKind == JsonValueKind.String && Enum.TryParse<CallPriority>(priority.GetString(), ignoreCase: true, out var known) && Enum.IsDefined(known)
            ? new CallTerms { Within = within, Priority = known }
            : throw new UsageException($"priority is low, normal or high, not '{priority}'");
    }

    private static JsonElement Number(JsonElement value, string what) =>
        value.ValueKind == JsonValueKind.Number ? value : throw new UsageException($"{what} is {(value.ValueKind == JsonValueKind.Null ? "null" : value.GetRawText())}, and a number is wanted");

    /// <summary>A call of as many rows as were given, used before or new.</summary>
    private ModelCall Take(ModelBatcher batcher, Dictionary<string, float[]> values, ModelCard card)
    {
        lock (_turn)
        {
            var one = Spare(batcher, 1);
            var first = card.Inputs[0].Name;
            var row = one.Input(first).Length;
            var rows = card.Batch is null ? 1 : values[first].Length / row;
            foreach (var tensor in card.Inputs)
            {
                var (wanted, given) = (one.Input(tensor.Name).Length, values[tensor.Name].Length);
                if (rows == 0 || given != rows * wanted) throw new UsageException($"'{tensor.Name}' has {given} values, and {tensor} takes {wanted}{(card.Batch is null ? "" : tensor.Name == first ? " a row" : $" a row, as many rows as '{first}'")}");
            }

            if (rows == 1) return one;
            _spare[1].Push(one);
            if (card.Batch is { } batch && rows > card.Dimensions[batch].Max) throw new UsageException($"'{first}' has {rows} rows, and a call of '{card.Name}' has at most {card.Dimensions[batch].Max}");
            return Spare(batcher, rows);
        }
    }

    private ModelCall Spare(ModelBatcher batcher, int rows)
    {
        if (!_spare.TryGetValue(rows, out var spare)) _spare[rows] = spare = new Stack<ModelCall>();
        return spare.TryPop(out var call) ? call : batcher.NewCall(rows);
    }

    private static JsonElement? Identity(string line)
    {
        try
        {
            using var asked = JsonDocument.Parse(line);
            return asked.RootElement.ValueKind == JsonValueKind.Object && asked.RootElement.TryGetProperty("id", out var id) ? id.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Write(object answer)
    {
        var line = JsonSerializer.Serialize(answer, JsonForms.Line);
        lock (_turn)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
