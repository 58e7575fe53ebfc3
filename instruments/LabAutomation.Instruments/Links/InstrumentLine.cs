namespace LabAutomation.Instruments;

/// <summary>One connection of an <see cref="InstrumentLink"/>, with what has come on it and was not taken yet.</summary>
internal sealed class InstrumentLine(Stream stream)
{
    private readonly Lock _gate = new();
    private bool _isTaken;

    /// <summary>Of whoever waits for the call that has the line; null where nobody does.</summary>
    private TaskCompletionSource? _awaited;
    private Turn? _turn;
    private volatile bool _isOvertaken;
    private volatile bool _isClosed;

    public Stream Stream => stream;

    public byte[] Buffer { get; } = new byte[4096];

    /// <summary>Of what has come.</summary>
    public int Start { get; set; }

    public int End { get; set; }

    /// <summary>A read that nobody waits for any more; the next one goes on with it, so that none of its bytes are lost.</summary>
    public Task<int>? Reading { get; set; }

    public bool IsClosed => _isClosed;

    /// <summary>Whether another call waits for the one that has the line.</summary>
    public bool IsOvertaken => _isOvertaken;

    /// <summary>For one call at a time: a reply would reach whoever reads first and not who has asked.</summary>
    /// <returns>Null where another call has the line.</returns>
    public IDisposable? Take()
    {
        lock (_gate)
        {
            if (_isTaken) return null;
            _isTaken = true;
            return _turn ??= new Turn(this);
        }
    }

    /// <returns>Completes when the call that has the line has given it back; null where none has it.</returns>
    public Task? Overtake()
    {
        lock (_gate)
        {
            _isOvertaken = _isTaken;
            return _isTaken ? (_awaited ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : null;
        }
    }

    public async Task CloseAsync()
    {
        _isClosed = true;
        try
        {
            await stream.DisposeAsync();
        }
        catch (IOException)
        {
            // A port that was pulled out complains when it is closed; it is closed all the same.
        }
    }

    private void GiveBack()
    {
        TaskCompletionSource? awaited;
        lock (_gate) (awaited, _awaited, _isTaken, _isOvertaken) = (_awaited, null, false, false);
        awaited?.SetResult();
    }

    private sealed class Turn(InstrumentLine line) : IDisposable
    {
        public void Dispose() => line.GiveBack();
    }
}
