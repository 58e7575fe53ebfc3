namespace LabAutomation.Models;

/// <summary>
/// Lets many callers share the instances of a model: their calls wait together and are run as one batch. One thread for each instance takes batches,
/// runs them and gives every call its rows back.
/// </summary>
/// <remarks>Safe for any number of threads. A call can be cancelled while it waits; once its batch is closed it is answered.</remarks>
public sealed class ModelBatcher : IDisposable
{
    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(1);

    /// <summary>By how much a batch is taken late, as long as it has not been measured.</summary>
    private static readonly TimeSpan UsualLateness = TimeSpan.FromMilliseconds(4);

    /// <summary>A timer takes no more than weeks; it looks again, and waits on.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly NamedModel _model;
    private readonly TimeProvider _time;
    private readonly object _gate = new();
    private readonly BatchQueue _queue;
    private readonly ServiceTimes _times;
    private readonly ServiceTimes _lateness;
    private readonly BatcherTally _tally;
    private readonly BatchRunner _runner;
    private readonly int _mostRows;
    private readonly ITimer _timer;
    private readonly Thread[] _owners;
    private long _armedFor = long.MaxValue;
    private long? _dueSince;
    private bool _closed;

    /// <exception cref="ArgumentOutOfRangeException">A bound is less than 1, or more rows than the card allows.</exception>
    public ModelBatcher(NamedModel model, BatcherOptions options, TimeProvider? time = null)
    {
        (_model, _time) = (model, time ?? TimeProvider.System);
        var current = model.Current;
        var sizes = current.Sizes;
        _mostRows = options.MaximumRows ?? sizes[^1];
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(_mostRows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_mostRows, sizes[^1]);
        _times = new ServiceTimes(Array.ConvertAll(current.WarmUp, Ticks));
        _lateness = new ServiceTimes([Ticks(UsualLateness)]);
        _queue = new BatchQueue(options.Capacity, _mostRows, rows => _times.Expected(BatchSizes.IndexFor(sizes, rows)), () => Math.Max(Ticks(TimerResolution), _lateness.Expected(0)));
        _tally = new BatcherTally(sizes);
        _runner = new BatchRunner(sizes, _time, Ran, Answer, AnswerAll);
        _timer = _time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _owners = new Thread[current.Instances];
        for (var k = 0; k < _owners.Length; k++)
        {
            _owners[k] = new Thread(Own) { IsBackground = true, Name = $"model {model.Name} {k + 1}" };
            _owners[k].Start();
        }
    }

    public BatcherFigures Figures
    {
        get
        {
            lock (_gate) return _tally.Figures(_queue.Count);
        }
    }

    /// <summary>Makes a call with its buffers, to be used again and again.</summary>
    /// <param name="rows">Rows of the batch dimension, from 1 to the rows of a full batch.</param>
    public ModelCall NewCall(int rows = 1) => new(_model.Current.Card, rows, _mostRows);

    /// <summary>Submits a call and blocks until it is answered.</summary>
    /// <exception cref="InvalidOperationException">The call has been submitted already and is not answered.</exception>
    public CallOutcome Run(ModelCall call, CallTerms terms, CancellationToken cancellation = default)
    {
        Submit(call, terms, awaited: false, cancellation);
        return call.Wait();
    }

    /// <summary>Submits a call. The result is to be awaited once, before the call is submitted again.</summary>
    /// <exception cref="InvalidOperationException">The call has been submitted already and is not answered.</exception>
    public ValueTask<CallOutcome> RunAsync(ModelCall call, CallTerms terms, CancellationToken cancellation = default)
    {
        Submit(call, terms, awaited: true, cancellation);
        return call.Task();
    }

    /// <summary>Answers waiting calls with <see cref="CallOutcome.Closed"/> and waits for those under way.</summary>
    public void Dispose()
    {
        List<ModelCall> waiting;
        lock (_gate)
        {
            _closed = true;
            waiting = _queue.TakeAll();
            Monitor.PulseAll(_gate);
        }

        foreach (var call in waiting) Answer(call, CallOutcome.Closed, reason: null);
        foreach (var owner in _owners) owner.Join();
        _timer.Dispose();
    }

    private void Submit(ModelCall call, CallTerms terms, bool awaited, CancellationToken cancellation)
    {
        var now = _time.GetTimestamp();
        call.Begin(now, terms.Within is { } within ? now + Math.Min(Ticks(within), long.MaxValue / 4) : null, terms.Priority, awaited);
        call.Batcher = this;
        call.Cancellation = cancellation.UnsafeRegister(static state => ((ModelCall)state!).Batcher!.Cancel((ModelCall)state), call);
        CallOutcome? refusal = null;
        lock (_gate)
        {
            if (_closed) refusal = CallOutcome.Closed;
            else if (cancellation.IsCancellationRequested) refusal = CallOutcome.Cancelled;
            else if (!_queue.TryAdd(call)) refusal = CallOutcome.QueueFull;
            else
            {
                if (call.DueBy is not null) Arm(now);
                Monitor.Pulse(_gate);
            }
        }

        if (refusal is { } outcome) Answer(call, outcome, reason: null);
    }

    private void Cancel(ModelCall call)
    {
        lock (_gate)
        {
            if (!_queue.Remove(call)) return;
        }

        Answer(call, CallOutcome.Cancelled, reason: null);
    }

    /// <summary>The life of an owner thread.</summary>
    private void Own()
    {
        var batch = new List<ModelCall>();
        while (Take(batch))
        {
            try
            {
                using var lease = _model.Rent();
                _runner.Run(lease.Model, batch);
            }
            catch (Exception e)
            {
                // Nobody above would catch it, and every caller of every model would go down with this thread.
                foreach (var call in batch) Answer(call, CallOutcome.Failed, e.Message);
            }

            batch.Clear();
        }
    }

    /// <returns>False where the batcher is closed.</returns>
    private bool Take(List<ModelCall> batch)
    {
        List<ModelCall>? expired;
        lock (_gate)
        {
            while (true)
            {
                var now = _time.GetTimestamp();
                expired = _queue.TakeExpired(now);

                // The timer may be so late that an owner, woken by something else, is there before it.
                if (expired is not null && _armedFor <= now) _dueSince = _armedFor;
                if (_queue.TryTake(now, batch))
                {
                    Learn(now);
                    foreach (var call in batch) _tally.Queued(_time.GetElapsedTime(call.SubmittedAt, now));

                    // What is left may be due, too, and another owner idle.
                    if (_queue.Count > 0) Monitor.Pulse(_gate);
                    break;
                }

                if (expired is not null)
                {
                    Learn(now);
                    break;
                }

                if (_closed) return false;
                Monitor.Wait(_gate);
            }
        }

        Expire(expired);
        return true;
    }

    /// <summary>What the timer is for: deadlines that pass, and batches that are due while nobody submits anything.</summary>
    private void Look()
    {
        List<ModelCall>? expired;
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            expired = _queue.TakeExpired(now);

            // What the timer was set for may have been cancelled or taken: then nothing is late.
            _dueSince = expired is not null || _queue.IsDue(now) ? Math.Min(_armedFor, now) : null;
            _armedFor = long.MaxValue;
            if (expired is not null) Learn(now);
            Arm(now);
            Monitor.PulseAll(_gate);
        }

        Expire(expired);
    }

    /// <summary>How late a batch is taken, or found expired, for which a timer was set: what a busy machine takes is kept from the next deadlines.</summary>
    private void Learn(long now)
    {
        if (_dueSince is { } due) _lateness.Record(0, Math.Max(0, now - due));
        _dueSince = null;
    }

    private void Arm(long now)
    {
        if (_closed || _queue.LookAgainAt(now) is not { } at || at >= _armedFor) return;
        _armedFor = at;
        var wait = _time.GetElapsedTime(now, at);
        _timer.Change(wait < TimerResolution ? TimerResolution : wait > LongestWait ? LongestWait : wait, Timeout.InfiniteTimeSpan);
    }

    private void Expire(List<ModelCall>? expired)
    {
        if (expired is null) return;
        foreach (var call in expired) Answer(call, CallOutcome.Expired, reason: null);
    }

    private void Ran(int index, int rows, long ticks)
    {
        lock (_gate)
        {
            _times.Record(index, ticks);
            _tally.Batch(index, rows, _time.GetElapsedTime(0, ticks));
        }
    }

    private void Answer(ModelCall call, CallOutcome outcome, string? reason)
    {
        call.Decide(outcome, reason);
        lock (_gate) Count(call);
        call.Answer();
    }

    /// <summary>All at once, since a caller who is woken wants the lock.</summary>
    private void AnswerAll(List<ModelCall> batch)
    {
        lock (_gate)
        {
            foreach (var call in batch) Count(call);
        }

        foreach (var call in batch) call.Answer();
    }

    private void Count(ModelCall call)
    {
        call.Place = CallPlace.AtCaller;
        _tally.Call(call.Outcome, late: call.Outcome == CallOutcome.Answered && call.DueBy is { } due && due < _time.GetTimestamp());
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _time.TimestampFrequency);
}
