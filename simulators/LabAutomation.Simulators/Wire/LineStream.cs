using System.Threading.Channels;

namespace LabAutomation.Simulators.Wire;

/// <summary>The controller's end of a device line: written bytes reach the device before the write returns. Reading is asynchronous only.</summary>
internal sealed class LineStream(DeviceLine line) : Stream
{
    private readonly Channel<byte[]> answers = Channel.CreateUnbounded<byte[]>();
    private ReadOnlyMemory<byte> rest;
    private volatile bool closed;

    public override bool CanRead => !closed;

    public override bool CanWrite => !closed;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        while (rest.IsEmpty)
        {
            if (answers.Reader.TryRead(out var next)) rest = next;
            else if (!await answers.Reader.WaitToReadAsync(cancellationToken)) return 0;
        }

        var count = Math.Min(buffer.Length, rest.Length);
        rest[..count].CopyTo(buffer);
        rest = rest[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        line.Receive(this, buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException($"a thread that waits for {line.Name} would stop virtual time: read asynchronously");

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    internal void Deliver(byte[] bytes) => answers.Writer.TryWrite(bytes);

    internal void End() => answers.Writer.TryComplete();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !closed)
        {
            closed = true;
            line.Release(this);
        }

        base.Dispose(disposing);
    }
}
