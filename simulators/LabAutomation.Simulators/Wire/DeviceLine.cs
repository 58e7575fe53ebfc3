using LabAutomation.Simulators.Bench;

namespace LabAutomation.Simulators.Wire;

/// <summary>The plug of one device. The last one to connect has the line, as on a terminal server; the one before reads end of stream.</summary>
internal sealed class DeviceLine(Benchtop bench, string name, IWireDevice device, DeviceFaults faults)
{
    private readonly byte[] noise = new byte[64];
    private LineStream? current;
    private ulong garbled;
    private bool unplugged;

    public string Name => name;

    public DeviceFaults Faults => faults;

    /// <exception cref="ObjectDisposedException">The bench was put away.</exception>
    public Stream Connect()
    {
        lock (bench.Gate)
        {
            ObjectDisposedException.ThrowIf(unplugged, this);
            current?.End();
            if (current is not null) device.Close();
            var stream = new LineStream(this);
            current = stream;
            device.Open(Send);
            return stream;
        }
    }

    internal void Receive(LineStream from, ReadOnlySpan<byte> bytes)
    {
        lock (bench.Gate)
        {
            if (unplugged) throw new IOException($"the line to {name} is gone: the bench was disposed");
            if (from != current) throw new IOException($"the line to {name} was taken over by a later connection; connect again");
            if (faults.Silent) return;
            bench.Advance();
            device.Receive(bytes);
            bench.Commit();
        }
    }

    /// <summary>For good: nothing that still holds a stream may change a bench that was put away.</summary>
    internal void Unplug()
    {
        lock (bench.Gate)
        {
            current?.End();
            unplugged = true;
        }
    }

    internal void Release(LineStream from)
    {
        lock (bench.Gate)
        {
            from.End();
            if (from != current) return;
            current = null;
            device.Close();
        }
    }

    // Bytes reach the controller only after the state they tell of is on disk.
    private void Send(byte[] bytes) => bench.AfterCommit(() =>
    {
        if (!faults.Silent) current?.Deliver(faults.Garbage ? Garble(bytes.Length) : bytes);
    });

    private byte[] Garble(int length)
    {
        var random = new SeededNoise((long)garbled++, name, 0);
        for (var i = 0; i < noise.Length; i++) noise[i] = (byte)(0x80 | random.Bits());
        return Enumerable.Range(0, length).Select(i => noise[i % noise.Length]).ToArray();
    }
}
