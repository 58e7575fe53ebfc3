namespace LabAutomation.Instruments;

/// <summary>One connection of an <see cref="InstrumentLink"/>, with what has come on it and was not taken yet.</summary>
internal sealed class InstrumentLine(Stream stream)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _taken;
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
            if (_taken is not null) return null;
            _taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new Turn(this);
        }
    }

    /// <returns>Completes when the call that has the line has given it back; null where none has it.</returns>
    public Task? Overtake()
    {
        lock (_gate)
        {
            _isOvertaken = _taken is not null;
            return _taken?.Task;
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
        TaskCompletionSource? taken;
        lock (_gate) (taken, _taken, _isOvertaken) = (_taken, null, false);
        taken?.SetResult();
    }

    private sealed class Turn(InstrumentLine line) : IDisposable
    {
        public void Dispose() => line.GiveBack();
    }
}
