using System.Text;
using System.Threading.Channels;

namespace LabAutomation.Tests.Instruments;

/// <summary>A device that follows a transcript: it must hear exactly these bytes, in this order, and answers with those. <c>null</c> says nothing.</summary>
internal sealed class ScriptedDevice : Stream
{
    private readonly Queue<(string Hears, string? Says)> _script = new();
    private readonly Channel<byte[]> _replies = Channel.CreateUnbounded<byte[]>();
    private readonly StringBuilder _heard = new();
    private readonly List<string> _log = [];
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Everything it heard, also what was not in the script.</summary>
    public IReadOnlyList<string> Heard => _log;

    public string? Surprise { get; private set; }

    public bool IsFinished => _script.Count == 0 && Surprise is null;

    public int Connections { get; private set; }

    public ScriptedDevice Expect(string hears, string? says)
    {
        _script.Enqueue((hears, says));
        return this;
    }

    public Task<Stream> ConnectAsync(CancellationToken cancellation)
    {
        Connections++;
        while (_replies.Reader.TryRead(out _))
        {
        }

        _rest = default;
        _heard.Clear();
        return Task.FromResult<Stream>(this);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _heard.Append(Encoding.Latin1.GetString(buffer.Span));
        if (!_script.TryPeek(out var next))
        {
            Surprise ??= $"the script was over when '{_heard}' came";
            _log.Add(_heard.ToString());
            _heard.Clear();
        }
        else if (_heard.ToString() == next.Hears)
        {
            _script.Dequeue();
            _log.Add(next.Hears);
            _heard.Clear();
            if (next.Says is not null) _replies.Writer.TryWrite(Encoding.Latin1.GetBytes(next.Says));
        }
        else if (!next.Hears.StartsWith(_heard.ToString(), StringComparison.Ordinal))
        {
            Surprise ??= $"'{_heard}' came where the script has '{next.Hears}'";
            _log.Add(_heard.ToString());
            _heard.Clear();
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.IsEmpty) _rest = await _replies.Reader.ReadAsync(cancellationToken);
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
