using System.Globalization;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// SCPI lines: LF ends a message, only queries are answered, and the device keeps its errors in a queue (SCPI-1999, volumes 1 and 2). The
/// common commands are those of IEEE 488.2-1992, chapter 10.
/// </summary>
/// <param name="device">What error messages call the device.</param>
internal sealed class ScpiLink(string device, Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>No device keeps more errors; one that reports more of them does not remove them.</summary>
    private const int LongestErrorQueue = 64;

    private const int LargestBlock = 1 << 20;

    private readonly InstrumentLink _link = new(device, connect, clock);

    public Task OpenAsync(CancellationToken cancellation) => _link.OpenAsync(cancellation);

    public Task TellAsync(string message) => _link.SendAsync(message + "\n");

    public async Task<string> AskAsync(string query)
    {
        await TellAsync(query);
        var reply = (await _link.ReadUntilAsync((byte)'\n')).TrimEnd('\r');
        return reply.Length > 0 && !reply.AsSpan().ContainsAnyExceptInRange(' ', '~') ? reply : throw await _link.GarbageAsync(query, reply);
    }

    /// <summary>A whole number in decimal digits, with or without a sign.</summary>
    public async Task<long> CountAsync(string query)
    {
        var reply = await AskAsync(query);
        return long.TryParse(reply, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) ? count : throw await _link.GarbageAsync(query, reply);
    }

    /// <summary><c>0</c> or <c>1</c>.</summary>
    public async Task<bool> IsAsync(string query)
    {
        var reply = await AskAsync(query);
        return reply is "0" or "1" ? reply == "1" : throw await _link.GarbageAsync(query, reply);
    }

    public async Task<double[]> NumbersAsync(string query)
    {
        var reply = await AskAsync(query);
        return Numbers(reply) ?? throw await _link.GarbageAsync(query, reply);
    }

    /// <exception cref="InstrumentLinkException">Another number of values came.</exception>
    public async Task<double[]> NumbersAsync(string query, int count)
    {
        var numbers = await NumbersAsync(query);
        return numbers.Length == count ? numbers : throw await _link.GarbageAsync(query, $"{numbers.Length} values where {count} are right");
    }

    /// <summary>
    /// A definite-length block: <c>#</c>, one digit that tells how many digits follow, those digits with the number of bytes, the bytes, LF
    /// (IEEE 488.2-1992, section 8.7.9).
    /// </summary>
    public async Task<byte[]> BlockAsync(string query)
    {
        await TellAsync(query);
        var head = await _link.ReadExactlyAsync(2);
        if (head[0] != '#' || head[1] is < (byte)'1' or > (byte)'9') throw await _link.GarbageAsync(query, $"{(char)head[0]}{(char)head[1]}");
        var digits = string.Concat((await _link.ReadExactlyAsync(head[1] - '0')).Select(digit => (char)digit));
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > LargestBlock)
            throw await _link.GarbageAsync(query, $"#{(char)head[1]}{digits}");
        var block = await _link.ReadExactlyAsync(length);
        var end = await _link.ReadUntilAsync((byte)'\n');
        return end is "" or "\r" ? block : throw await _link.GarbageAsync(query, $"a block of {length} bytes followed by {end}");
    }

    /// <summary><c>*IDN?</c>: manufacturer, model, serial number and firmware.</summary>
    public async Task<InstrumentIdentity> IdentifyAsync()
    {
        var reply = await AskAsync("*IDN?");
        return reply.Split(',', StringSplitOptions.TrimEntries) is [var manufacturer, var model, var serial, var firmware]
            ? new InstrumentIdentity(manufacturer, model, serial, firmware)
            : throw await _link.GarbageAsync("*IDN?", reply);
    }

    /// <summary><c>*RST</c>: the settings of the factory. Leaves error queue and registers alone.</summary>
    public Task ResetAsync() => TellAsync("*RST");

    /// <summary><c>*CLS</c>: forgets errors and events.</summary>
    public Task ClearAsync() => TellAsync("*CLS");

    /// <summary><c>*ESR?</c>: what happened since the last time; the device forgets it.</summary>
    public async Task<ScpiEvents> TakeEventsAsync() => (ScpiEvents)await ByteAsync("*ESR?");

    /// <summary><c>*ESE</c>: the events that show in bit 5 of the status byte.</summary>
    public Task EnableAsync(ScpiEvents events) => TellAsync(string.Create(CultureInfo.InvariantCulture, $"*ESE {(int)events}"));

    /// <summary><c>*STB?</c>: bit 2 errors wait in the queue, bit 4 an answer waits, bit 5 an enabled event happened.</summary>
    public Task<int> StatusByteAsync() => ByteAsync("*STB?");

    /// <summary><c>*OPC?</c>: returns when everything before it is done. Only for what ends within the reply timeout.</summary>
    public async Task CompleteAsync()
    {
        var reply = await AskAsync("*OPC?");
        if (reply != "1") throw await _link.GarbageAsync("*OPC?", reply);
    }

    /// <summary><c>*OPC</c>: the device sets <see cref="ScpiEvents.OperationComplete"/> when everything before it is done.</summary>
    public Task AnnounceCompletionAsync() => TellAsync("*OPC");

    /// <summary><c>*TST?</c>: 0 says that the device found nothing wrong with itself.</summary>
    public Task<long> TestAsync() => CountAsync("*TST?");

    /// <summary>Empties the error queue.</summary>
    /// <exception cref="InstrumentFaultException">There was an error in it.</exception>
    public async Task CheckAsync(string doing)
    {
        string? first = null;
        for (var i = 0; i <= LongestErrorQueue; i++)
        {
            var reply = await AskAsync("SYST:ERR?");
            var comma = reply.IndexOf(',');
            if (comma < 0 || !int.TryParse(reply.AsSpan(0, comma), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code)) throw await _link.GarbageAsync("SYST:ERR?", reply);
            if (code == 0 && first is null) return;
            if (code == 0) throw new InstrumentFaultException($"{doing}: the {device} says {first}");
            first ??= reply;
        }

        throw await _link.GarbageAsync("SYST:ERR?", $"more than {LongestErrorQueue} errors, beginning with {first}");
    }

    public Task<InstrumentLinkException> GarbageAsync(string query, string reply) => _link.GarbageAsync(query, reply);

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>Null where one is none.</summary>
    private static double[]? Numbers(ReadOnlySpan<char> reply)
    {
        var (numbers, i) = (new double[reply.Count(',') + 1], 0);
        foreach (var part in reply.Split(','))
        {
            if (!double.TryParse(reply[part], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)) return null;
            numbers[i++] = number;
        }

        return numbers;
    }

    private async Task<int> ByteAsync(string query)
    {
        var value = await CountAsync(query);
        return value is >= 0 and <= 255 ? (int)value : throw await _link.GarbageAsync(query, value.ToString(CultureInfo.InvariantCulture));
    }
}
