using LabAutomation.Simulators.Faults;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Wire;

/// <summary>The plug of one device. The last one to connect has the line, as on a terminal server; the one before reads end of stream.</summary>
internal sealed class DeviceLine(World world, string name, IWireDevice device, DeviceFaults faults)
{
    private readonly byte[] noise = new byte[64];
    private readonly Queue<(byte[] Answer, ITimer Due)> late = [];
    private LineStream? current;
    private ulong garbled;
    private bool unplugged;

    public string Name => name;

    public DeviceFaults Faults => faults;

    /// <inheritdoc cref="IWireDevice.IsAtRest"/>
    public bool? IsAtRest => world.Do(() => device.IsAtRest);

    /// <exception cref="ObjectDisposedException">The world of the device was put away.</exception>
    public Stream Connect()
    {
        lock (world.Gate)
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
        lock (world.Gate)
        {
            if (unplugged) throw new IOException($"the line to {name} is gone: the simulated device was disposed");
            if (from != current) throw new IOException($"the line to {name} was taken over by a later connection; connect again");
            if (faults.Strikes(FaultKind.Silence, faults.Silent)) return;
            if (faults.Strikes(FaultKind.Echo, faults.Echo)) current.Deliver(bytes.ToArray());
            world.Advance();
            device.Receive(bytes);
            world.Commit();
        }
    }

    /// <summary>For good: nothing that still holds a stream may change a world that was put away.</summary>
    internal void Unplug()
    {
        lock (world.Gate)
        {
            current?.End();
            unplugged = true;
            foreach (var (_, due) in late) due.Dispose();
            late.Clear();
        }
    }

    internal void Release(LineStream from)
    {
        lock (world.Gate)
        {
            from.End();
            if (from != current) return;
            current = null;
            device.Close();
        }
    }

    // Bytes reach the controller only after the state they tell of is on disk.
    private void Send(byte[] bytes) => world.AfterCommit(() =>
    {
        if (faults.Silent) return;
        var answer = faults.Strikes(FaultKind.Garbage, faults.Garbage) ? Garble(bytes.Length) : bytes;
        if (faults.Strikes(FaultKind.CutShort, faults.PartialAfter < answer.Length)) answer = answer[..faults.PartialAfter!.Value];
        answer = Slipped(answer);
        if (faults.Late is { Ticks: > 0 } delay && faults.Strikes(FaultKind.Late, true)) late.Enqueue((answer, world.Clock.CreateTimer(_ => DeliverLate(), null, delay, Timeout.InfiniteTimeSpan)));
        else current?.Deliver(answer);
    });

    // Timers with the same delay may fire in any order; the answers stay in theirs.
    private void DeliverLate()
    {
        lock (world.Gate)
        {
            if (!late.TryDequeue(out var next)) return;
            next.Due.Dispose();
            current?.Deliver(next.Answer);
        }
    }

    private byte[] Slipped(byte[] answer)
    {
        if (faults.Slip is not { } slip || answer.Length == 0) return answer;
        faults.Slip = slip.Answer > 0 ? slip with { Answer = slip.Answer - 1 } : null;
        return slip.Answer > 0 ? answer : slip.On(answer);
    }

    private byte[] Garble(int length)
    {
        var random = new SeededNoise((long)garbled++, name, 0);
        for (var i = 0; i < noise.Length; i++) noise[i] = (byte)(0x80 | random.Bits());
        return Enumerable.Range(0, length).Select(i => noise[i % noise.Length]).ToArray();
    }
}
