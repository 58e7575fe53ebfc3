using System.Diagnostics.CodeAnalysis;

namespace LabAutomation.Simulators.Time;

/// <summary>
/// One thread for everything: continuations, actors and timers have their turns on it, in the order in which they came up. When nothing is
/// left to do its clock jumps to the next timer. So the same work gives the same run, and a day takes as long as what happens in it.
/// </summary>
public sealed class VirtualLoop : SynchronizationContext
{
    /// <summary>So many turns at one instant are no work any more, but work that goes round in circles.</summary>
    private const int MostTurnsAtOnce = 1_000_000;

    /// <summary>Real time that work which is known to be under way may take: the threads of a busy computer come late.</summary>
    private static readonly TimeSpan KnownWithin = TimeSpan.FromMinutes(1);

    private readonly Queue<(SendOrPostCallback Callback, object? State)> _turns = new();
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Queue<TaskCompletionSource> _resting = new();
    private int _thread;
    private bool _isHalted;
    private int _awaited;

    public VirtualLoop(VirtualTime clock) => Clock = clock;

    public VirtualTime Clock { get; }

    /// <summary>Turns that were taken.</summary>
    public long Turns { get; private set; }

    /// <summary>Turns that another thread asked for. What other threads do is in no order, so a run that is to be the same each time has none.</summary>
    public long FromOutside { get; private set; }

    /// <summary>The calls by which the first of them came, for whoever looks for what left the loop; null where there is none.</summary>
    public string? FirstFromOutside { get; private set; }

    /// <summary>How long, in real time, other threads may take to come back with something before the run counts as stuck.</summary>
    public TimeSpan OutsideWithin { get; set; } = TimeSpan.FromSeconds(2);

    public override void Post(SendOrPostCallback d, object? state)
    {
        var isOutside = Environment.CurrentManagedThreadId != Volatile.Read(ref _thread);
        lock (_gate)
        {
            _turns.Enqueue((d, state));
            if (isOutside && _awaited == 0 && FromOutside++ == 0) FirstFromOutside = Environment.StackTrace;
        }

        if (isOutside) _arrived.Release();
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread) throw new NotSupportedException("another thread cannot wait for a turn in virtual time");
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Whether no further turn is taken.</summary>
    public bool IsHalted => _isHalted;

    /// <summary>
    /// Waits for what is known to be done by another thread: until it has ended the clock stands still. Called and ended on a turn of this loop: the last of
    /// its instant, since how many others are taken meanwhile depends on that thread.
    /// </summary>
    public async Task Outside(Func<Task> work)
    {
        Interlocked.Increment(ref _awaited);
        try
        {
            await work();
        }
        finally
        {
            var rest = new TaskCompletionSource();
            _resting.Enqueue(rest);
            await rest.Task;
            Interlocked.Decrement(ref _awaited);
        }
    }

    /// <summary>Ends a run from outside, before its next turn.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>The loop takes no further turn, as when the program ends; a run under way returns after this turn, with its work undone.</summary>
    public void Halt() => _isHalted = true;

    /// <summary>Works on the calling thread until the work has ended, or the loop was halted.</summary>
    /// <exception cref="StalledException">The work has not ended, and nothing is due any more.</exception>
    /// <exception cref="OperationCanceledException">See <see cref="Cancellation"/>.</exception>
    public void Run(Func<Task> work)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            var task = work();
            Work(task);
            if (!_isHalted || task.IsCompleted) task.GetAwaiter().GetResult();
        }
        finally
        {
            _thread = 0;
            SetSynchronizationContext(outer);
        }
    }

    /// <inheritdoc cref="Run(Func{Task})"/>
    public T Run<T>(Func<Task<T>> work)
    {
        Task<T>? task = null;
        Run(() => (Task)(task = work()));
        return task!.IsCompletedSuccessfully ? task.Result : throw new OperationCanceledException("the loop was halted");
    }

    private void Work(Task work)
    {
        var (at, turns) = (Clock.Elapsed, 0);
        while (!work.IsCompleted && !_isHalted)
        {
            Cancellation.ThrowIfCancellationRequested();
            if (TryTake(out var turn))
            {
                Turns++;
                turn.Callback(turn.State);
            }
            else if (_resting.TryDequeue(out var rest))
            {
                rest.SetResult();
            }
            else if ((Volatile.Read(ref _awaited) > 0 || !Clock.Advance()) && !_arrived.Wait(Volatile.Read(ref _awaited) > 0 ? KnownWithin : OutsideWithin))
            {
                throw new StalledException(Clock.GetUtcNow());
            }

            if (at != Clock.Elapsed) (at, turns) = (Clock.Elapsed, 0);
            else if (++turns > MostTurnsAtOnce) throw new StalledException(Clock.GetUtcNow(), turns);
        }
    }

    private bool TryTake([MaybeNullWhen(false)] out (SendOrPostCallback Callback, object? State) turn)
    {
        lock (_gate) return _turns.TryDequeue(out turn);
    }
}
