using System.Globalization;

namespace LabAutomation.Instruments;

/// <summary>The RS-232 basic mode of the New Era pumps: address, command and CR out, one framed reply back (NE-1000 user manual, section 10.2.2).</summary>
internal sealed class NewEraPumpLink(int address, Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    private const byte Etx = 0x03;

    private readonly InstrumentLink _link = new("pump", connect, clock);

    /// <summary>The alarm that the last question brought out; null where it brought out none.</summary>
    public NewEraPumpReply? Alarm { get; private set; }

    public Task OpenAsync(CancellationToken cancellation) => _link.OpenAsync(cancellation);

    /// <summary>Any reply, also alarms and refusals. An empty command asks for the status.</summary>
    /// <exception cref="InstrumentLinkException">No reply, or none of this protocol.</exception>
    public async Task<NewEraPumpReply> AskAnywayAsync(string command)
    {
        await _link.SendAsync($"{address:00}{command}\r");
        var frame = await _link.ReadUntilAsync(Etx);
        return NewEraPumpReply.Parse(frame, address) ?? throw await _link.GarbageAsync(command, frame);
    }

    /// <exception cref="InstrumentFaultException">The pump is in alarm or refuses the command.</exception>
    public async Task<NewEraPumpReply> AskAsync(string command)
    {
        var reply = await AskAnywayAsync(command);
        Alarm = reply.Status == PumpStatus.Alarm ? reply : null;
        if (Alarm is not null) throw new InstrumentFaultException($"the pump is in alarm: {reply.Explain()}");
        return reply.IsRefusal ? throw new InstrumentFaultException($"the pump refused '{command}': {reply.Explain()}") : reply;
    }

    public Task<InstrumentLinkException> GarbageAsync(string question, NewEraPumpReply reply) => _link.GarbageAsync(question, reply.Data);

    /// <summary>At most four digits and three decimals, as the pump takes numbers.</summary>
    public static string Number(double value) =>
        value.ToString(value >= 1000 ? "F0" : value >= 100 ? "F1" : value >= 10 ? "F2" : "F3", CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
