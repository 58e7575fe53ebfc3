using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace MQTTnet.Wire;

/// <summary>
/// Carries packets over a stream. One reader; any number of senders. What is sent while the stream is busy is collected and
/// written in one piece.
/// </summary>
internal sealed class PacketChannel(Stream stream) : IDisposable
{
    private const int ReadSize = 16 * 1024;

    private readonly Lock _gate = new();
    private byte[] _received = new byte[ReadSize];
    private int _start, _end;
    private WireWriter _filling = new(), _writing = new();
    private bool _isWriting;
    private Exception? _failure;
    private TaskCompletionSource? _whenDrained;

    public MqttProtocolVersion Version { get; set; } = MqttProtocolVersion.V500;

    /// <summary>Called when nothing waits for the stream any more.</summary>
    public Action? Drained { get; set; }

    /// <summary>The only packet that may come now, by its first byte; null where every packet may.</summary>
    public byte? Expected { get; set; }

    /// <summary>Bytes that this side accepts in one packet.</summary>
    public uint LargestReceived { get; set; } = uint.MaxValue;

    /// <summary>Bytes that the other side accepts in one packet.</summary>
    public uint LargestSent { get; set; } = uint.MaxValue;

    /// <summary>Bytes that wait for the stream.</summary>
    public int Backlog
    {
        get
        {
            lock (_gate) return _filling.Length;
        }
    }

    /// <summary>Whether another whole packet has been received already, so that reading it will not wait.</summary>
    public bool HasMore => _end - _start >= 2 && TryFrame(out _, out var length) && _end - _start >= length;

    /// <returns>The next packet, or null where the other side closed the stream between packets.</returns>
    /// <exception cref="MalformedPacketException">The bytes are not MQTT.</exception>
    public async ValueTask<Packet?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryFrame(out var headerLength, out var frameLength))
            {
                if ((uint)frameLength > LargestReceived)
                {
                    throw new MalformedPacketException(
                        MqttDisconnectReasonCode.PacketTooLarge, $"A packet has {frameLength} bytes; at most {LargestReceived} are accepted.");
                }

                if (_end - _start >= frameLength) return TakeFrame(headerLength, frameLength);
            }

            MakeRoom(frameLength);
            var count = await stream.ReadAsync(_received.AsMemory(_end), cancellationToken);
            if (count == 0) return _end == _start ? null : throw new MqttCommunicationException("The connection was closed in the middle of a packet.");

            _end += count;
        }
    }

    /// <summary>Sends a packet, or leaves it to the sender that is writing now. It does not wait for the other side.</summary>
    /// <exception cref="MqttProtocolViolationException">The packet does not fit the protocol or what the other side accepts.</exception>
    /// <exception cref="MqttCommunicationException">The stream has failed before.</exception>
    public void Send(Packet packet)
    {
        Collect(packet);
        Flush();
    }

    /// <summary>As <see cref="Send"/>, but leaves the packet to the next <see cref="Flush"/>, so that several leave in one piece.</summary>
    public void Collect(Packet packet)
    {
        lock (_gate)
        {
            if (_failure is not null) throw new MqttCommunicationException(_failure);

            // Such a payload is not even copied.
            if (packet is PublishPacket { Payload.Length: var payload } && (uint)payload > LargestSent) throw TooLarge((uint)payload);

            var before = _filling.Length;
            PacketEncoder.Write(_filling, packet, Version);
            var size = (uint)(_filling.Length - before);
            if (size > LargestSent)
            {
                _filling.Truncate(before);
                throw TooLarge(size);
            }
        }
    }

    public void Flush()
    {
        lock (_gate)
        {
            if (_isWriting || _filling.Length == 0 || _failure is not null) return;
            _isWriting = true;
        }

        _ = WriteAsync();
    }

    /// <summary>Completes when everything sent so far has been handed to the stream.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            if (_failure is not null) return Task.FromException(new MqttCommunicationException(_failure));
            if (!_isWriting) return Task.CompletedTask;

            _whenDrained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _whenDrained.Task;
        }
    }

    public void Dispose()
    {
        Fail(new ObjectDisposedException(nameof(PacketChannel), "The connection is closed."));
        stream.Dispose();
    }

    private MqttProtocolViolationException TooLarge(uint size) => new($"The packet has {size} bytes; the other side accepts {LargestSent}.");

    private bool TryFrame(out int headerLength, out int frameLength)
    {
        headerLength = frameLength = 0;
        var bytes = _received.AsSpan(_start, _end - _start);
        if (!bytes.IsEmpty && Expected is { } expected && bytes[0] != expected)
            throw MalformedPacketException.Protocol($"A packet begins with 0x{bytes[0]:X2}; only 0x{expected:X2} may come now.");

        var length = 0;
        for (var i = 1; i < bytes.Length; i++)
        {
            length |= (bytes[i] & 0x7F) << (7 * (i - 1));
            if (bytes[i] < 0x80)
            {
                if (bytes[i] == 0 && i > 1) throw MalformedPacketException.Malformed("The remaining length of a packet is longer than needed.");
                headerLength = i + 1;
                frameLength = headerLength + length;
                return true;
            }

            if (i == 4) throw MalformedPacketException.Malformed("The remaining length of a packet is longer than four bytes.");
        }

        return false;
    }

    private Packet TakeFrame(int headerLength, int frameLength)
    {
        var frame = _received.AsSpan(_start, frameLength);
        _start += frameLength;
        return PacketDecoder.Read(frame[0], frame[headerLength..], Version);
    }

    private void MakeRoom(int frameLength)
    {
        if (_start > 0)
        {
            _received.AsSpan(_start, _end - _start).CopyTo(_received);
            (_start, _end) = (0, _end - _start);
        }

        // The announced length is not believed at once: memory grows with the bytes that have really arrived.
        if (_end == _received.Length) Array.Resize(ref _received, Math.Min(_received.Length * 2, Math.Max(frameLength, _received.Length + 1)));
        else if (_end == 0 && _received.Length > 16 * ReadSize) _received = new byte[ReadSize];
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    if (_failure is not null) return;
                    if (_filling.Length == 0)
                    {
                        _isWriting = false;
                        _whenDrained?.TrySetResult();
                        _whenDrained = null;
                        break;
                    }

                    (_filling, _writing) = (_writing, _filling);
                }

                await stream.WriteAsync(_writing.Written);
                _writing.Clear();
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            Fail(failure);
            stream.Dispose();
        }

        Drained?.Invoke();
    }

    private void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            _whenDrained?.TrySetException(new MqttCommunicationException(_failure));
            _whenDrained = null;
        }
    }
}
