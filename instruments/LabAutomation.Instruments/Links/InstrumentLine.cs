namespace LabAutomation.Instruments;

/// <summary>One connection of an <see cref="InstrumentLink"/>, with what has come on it and was not taken yet.</summary>
internal sealed class InstrumentLine(Stream stream)
{
    private int _taken;

    public Stream Stream => stream;

    public byte[] Buffer { get; } = new byte[4096];

    /// <summary>Of what has come.</summary>
    public int Start { get; set; }

    public int End { get; set; }

    /// <summary>A read that nobody waits for any more; the next one goes on with it, so that none of its bytes are lost.</summary>
    public Task<int>? Reading { get; set; }

    public bool IsClosed { get; private set; }

    /// <summary>For one call at a time, since an answer would reach whoever asks first and not who has asked the question.</summary>
    /// <returns>Null where another call is there.</returns>
    public IDisposable? Take() => Interlocked.Exchange(ref _taken, 1) == 0 ? new Turn(this) : null;

    public async Task CloseAsync()
    {
        IsClosed = true;
        try
        {
            await stream.DisposeAsync();
        }
        catch (IOException)
        {
            // A port that was pulled out complains when it is closed; it is closed all the same.
        }
    }

    private sealed class Turn(InstrumentLine line) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref line._taken, 0);
    }
}
