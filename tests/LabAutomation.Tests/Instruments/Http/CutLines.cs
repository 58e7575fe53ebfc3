using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Instruments.Http;

/// <summary>The lines to a simulated device, one of which breaks: before what is said on it arrives, or after that and before the answer.</summary>
internal sealed class CutLines(SimulatedDevice device)
{
    /// <summary>Which connection breaks, from 1 on; 0 = none.</summary>
    public int Cut { get; set; }

    public bool Arrives { get; set; }

    public int Connections { get; private set; }

    public Task<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var stream = device.Connect();
        return Task.FromResult(++Connections == Cut ? new Broken(stream, Arrives) : stream);
    }

    private sealed class Broken(Stream line, bool arrives) : Stream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!arrives) throw new IOException("cut");
            await line.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("cut");

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw new IOException("cut");

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        protected override void Dispose(bool disposing)
        {
            if (disposing) line.Dispose();
            base.Dispose(disposing);
        }

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
}
