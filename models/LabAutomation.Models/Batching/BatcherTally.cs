namespace LabAutomation.Models;

/// <summary>Counts what a batcher does. Guarded by the batcher's lock.</summary>
internal sealed class BatcherTally(IReadOnlyList<int> sizes)
{
    private readonly long[] _calls = new long[Enum.GetValues<CallOutcome>().Length];
    private readonly long[] _batches = new long[sizes.Count];
    private readonly TimeHistogram _queue = new();
    private readonly TimeHistogram _service = new();
    private long _late;
    private long _rows;
    private long _padded;

    public void Call(CallOutcome outcome, bool late)
    {
        _calls[(int)outcome]++;
        if (late) _late++;
    }

    public void Queued(TimeSpan time) => _queue.Add(time.Ticks * 100);

    public void Batch(int index, int rows, TimeSpan took)
    {
        _batches[index]++;
        _rows += rows;
        _padded += sizes[index] - rows;
        _service.Add(took.Ticks * 100);
    }

    public BatcherFigures Figures(int waiting) => new()
    {
        Calls = Enum.GetValues<CallOutcome>().ToDictionary(outcome => outcome, outcome => _calls[(int)outcome]),
        Late = _late,
        Batches = Enumerable.Range(0, sizes.Count).Where(k => _batches[k] > 0).ToDictionary(k => sizes[k], k => _batches[k]),
        Rows = _rows,
        PaddedRows = _padded,
        Waiting = waiting,
        QueueMedian = _queue.Quantile(0.5),
        QueueP99 = _queue.Quantile(0.99),
        ServiceMedian = _service.Quantile(0.5),
        ServiceP99 = _service.Quantile(0.99),
    };
}
