using System.Globalization;

namespace LabAutomation.Instruments;

/// <summary>SCPI lines: LF ends a message, only queries are answered, and the device keeps its errors in a queue.</summary>
internal sealed class ScpiLink(Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    private const int ErrorQueueLength = 16;

    private readonly InstrumentLink _link = new("spectrometer", connect, clock);

    public Task OpenAsync(CancellationToken cancellation) => _link.OpenAsync(cancellation);

    public Task TellAsync(string message) => _link.SendAsync(message + "\n");

    public async Task<string> AskAsync(string query)
    {
        await TellAsync(query);
        var reply = (await _link.ReadUntilAsync((byte)'\n')).TrimEnd('\r');
        return reply.Length > 0 && reply.All(c => c is >= ' ' and <= '~') ? reply : throw await _link.GarbageAsync(query, reply);
    }

    public async Task<long> CountAsync(string query)
    {
        var reply = await AskAsync(query);
        return long.TryParse(reply, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) ? count : throw await _link.GarbageAsync(query, reply);
    }

    public async Task<double[]> NumbersAsync(string query)
    {
        var reply = await AskAsync(query);
        var parts = reply.Split(',');
        var numbers = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
                throw await _link.GarbageAsync(query, reply);
        }

        return numbers;
    }

    /// <summary>Empties the error queue.</summary>
    /// <exception cref="InstrumentFaultException">There was an error in it.</exception>
    public async Task CheckAsync(string doing)
    {
        string? first = null;
        for (var i = 0; i <= ErrorQueueLength; i++)
        {
            var reply = await AskAsync("SYST:ERR?");
            var comma = reply.IndexOf(',');
            if (comma < 0 || !int.TryParse(reply.AsSpan(0, comma), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code)) throw await _link.GarbageAsync("SYST:ERR?", reply);
            if (code == 0) break;
            first ??= reply;
        }

        if (first is not null) throw new InstrumentFaultException($"{doing}: the spectrometer says {first}");
    }

    public Task<InstrumentLinkException> GarbageAsync(string query, string reply) => _link.GarbageAsync(query, reply);

    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
