using System.Threading.Tasks.Sources;

namespace LabAutomation.Models;

/// <summary>
/// A call with its own buffers, made once and submitted any number of times, one at a time. Between submission and answer the buffers belong to
/// the batcher; afterwards they are the caller's again. Submitting it and answering it allocate nothing.
/// </summary>
public sealed class ModelCall : IValueTaskSource<CallOutcome>, IThreadPoolWorkItem
{
    private readonly ModelCard _card;
    private ManualResetValueTaskSourceCore<CallOutcome> _source;
    private bool _awaited;
    private int _submitted;

    internal ModelCall(ModelCard card, int rows, int rowLimit)
    {
        if (rows < 1 || rows > rowLimit) throw new ArgumentOutOfRangeException(nameof(rows), rows, $"a call of '{card.Name}' has 1 to {rowLimit} rows");
        (_card, Rows) = (card, rows);
        var lengths = card.Lengths(card.Batch is null ? new Dictionary<string, int>() : new Dictionary<string, int> { [card.Batch] = Math.Max(rows, card.BatchDimension!.Min) }, dimension => dimension.Usual);
        if (card.Batch is not null) lengths[card.Batch] = rows;
        Inputs = Array.ConvertAll(card.Inputs, tensor => new float[tensor.CountAt(lengths)]);
        Outputs = Array.ConvertAll(card.Outputs, tensor => new float[tensor.CountAt(lengths)]);
    }

    /// <summary>Rows of the batch dimension that the call brings.</summary>
    public int Rows { get; }

    /// <summary>Of the last submission.</summary>
    public CallOutcome Outcome { get; private set; }

    /// <summary>What was wrong, where the outcome is <see cref="CallOutcome.Refused"/> or <see cref="CallOutcome.Failed"/>.</summary>
    public string? Reason { get; private set; }

    /// <summary>What of an answered call was outside its range and may be; null where nothing was.</summary>
    public string? Flag { get; internal set; }

    internal float[][] Inputs { get; }

    internal float[][] Outputs { get; }

    internal CallPriority Priority { get; private set; }

    /// <summary>Timestamp of the submission.</summary>
    internal long SubmittedAt { get; private set; }

    /// <summary>Timestamp by which the answer is wanted; null where the call is run as soon as possible.</summary>
    internal long? DueBy { get; private set; }

    /// <summary>Where the call stands; guarded by the batcher's lock.</summary>
    internal CallPlace Place { get; set; }

    internal CancellationTokenRegistration Cancellation { get; set; }

    internal ModelBatcher? Batcher { get; set; }

    /// <summary>Buffer of an input, in the card's unit; row-major.</summary>
    /// <exception cref="ArgumentException">There is no such input.</exception>
    public Span<float> Input(string name) => Inputs[Find(_card.Inputs, name)];

    /// <summary>Buffer of an output; the next submission overwrites it.</summary>
    /// <exception cref="ArgumentException">There is no such output.</exception>
    public ReadOnlySpan<float> Output(string name) => Outputs[Find(_card.Outputs, name)];

    CallOutcome IValueTaskSource<CallOutcome>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<CallOutcome>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<CallOutcome>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _submitted, 0);
        _source.SetResult(Outcome);
    }

    /// <exception cref="InvalidOperationException">It has not been answered yet.</exception>
    internal void Begin(long now, long? dueBy, CallPriority priority, bool awaited)
    {
        if (Interlocked.Exchange(ref _submitted, 1) == 1) throw new InvalidOperationException($"A call of '{_card.Name}' was submitted again before it was answered.");
        (SubmittedAt, DueBy, Priority, _awaited) = (now, dueBy, priority, awaited);
        (Reason, Flag) = (null, null);
        _source.Reset();
    }

    internal ValueTask<CallOutcome> Task() => new(this, _source.Version);

    /// <summary>Blocks until the answer is there.</summary>
    internal CallOutcome Wait()
    {
        lock (Inputs)
        {
            while (Volatile.Read(ref _submitted) == 1) Monitor.Wait(Inputs);
        }

        return Outcome;
    }

    internal void Decide(CallOutcome outcome, string? reason) => (Outcome, Reason) = (outcome, reason);

    /// <summary>Gives the call back to its caller with what was decided. To be called exactly once for each <see cref="Begin"/>.</summary>
    internal void Answer()
    {
        // Waits for a cancellation that is being carried out, so that it cannot meet the next submission.
        Cancellation.Dispose();
        Cancellation = default;
        if (_awaited)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        lock (Inputs)
        {
            Volatile.Write(ref _submitted, 0);
            Monitor.PulseAll(Inputs);
        }
    }

    private int Find(TensorCard[] tensors, string name)
    {
        for (var k = 0; k < tensors.Length; k++)
        {
            if (tensors[k].Name == name) return k;
        }

        throw new ArgumentException($"Model '{_card.Name}' has no tensor '{name}' there, only {string.Join(", ", (IEnumerable<TensorCard>)tensors)}.", nameof(name));
    }
}
