namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>The line of a device whose answers arrive changed. Each answer that was changed counts as a frame.</summary>
internal sealed class SpoilingStream(Stream line, Random random, Func<bool> spoils) : Stream
{
    private byte[] _waiting = [];

    public long Frames { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush() => line.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => line.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("drivers read asynchronously");

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_waiting.Length == 0)
        {
            var part = new byte[4096];
            var count = await line.ReadAsync(part, cancellationToken);
            if (count == 0) return 0;
            if (spoils())
            {
                Frames++;
                _waiting = Mutation.Of(part[..count], random);
            }
            else
            {
                _waiting = part[..count];
            }
        }

        var taken = Math.Min(buffer.Length, _waiting.Length);
        _waiting.AsSpan(0, taken).CopyTo(buffer.Span);
        _waiting = _waiting[taken..];
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => line.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => line.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => line.WriteAsync(buffer, offset, count, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing) line.Dispose();
        base.Dispose(disposing);
    }
}
