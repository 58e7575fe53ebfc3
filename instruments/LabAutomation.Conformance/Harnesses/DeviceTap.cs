namespace LabAutomation.Conformance;

/// <summary>The line between one host and the device: it counts, holds, spoils and cuts.</summary>
internal sealed class DeviceTap
{
    private volatile TaskCompletionSource? _held;
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public bool Spoilt { get; set; }

    public void Hold(bool held)
    {
        var before = _held;
        _held = held ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        before?.TrySetResult();
    }

    /// <param name="alive">False once the host's program is gone: from then on no byte goes either way.</param>
    /// <param name="exchanging">Told before bytes go to the device, and when bytes have come from it.</param>
    public Stream Around(Stream line, Func<bool> alive, Action? exchanging = null) => new TapStream(this, line, alive, exchanging);

    private sealed class TapStream(DeviceTap tap, Stream line, Func<bool> alive, Action? exchanging) : Stream
    {
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
            var count = await line.ReadAsync(buffer, cancellationToken);
            if (tap._held is { } held) await held.Task.WaitAsync(cancellationToken);
            if (!alive()) throw new IOException("the program that had this line is gone");
            exchanging?.Invoke();
            if (tap.Spoilt) buffer.Span[..count].Fill(0x15);
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            Count(count);
            line.Write(buffer, offset, count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Count(buffer.Length);
            return line.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        protected override void Dispose(bool disposing)
        {
            if (disposing) line.Dispose();
            base.Dispose(disposing);
        }

        private void Count(int bytes)
        {
            if (!alive()) throw new IOException("the program that had this line is gone");
            exchanging?.Invoke();
            Interlocked.Add(ref tap._bytes, bytes);
        }
    }
}
