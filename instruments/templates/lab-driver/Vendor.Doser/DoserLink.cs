using LabAutomation.Instruments;

namespace Vendor.Doser;

/// <summary>
/// The pump's lines, 9600 8N1: capitals and CR out, one line and CR back. <c>OK</c> for what sets or starts something, the name and the
/// values for a question, <c>ERR</c> and a number where it cannot.
/// </summary>
internal sealed class DoserLink(Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    private readonly LabAutomation.Instruments.InstrumentLink _link = new("pump", connect, clock);

    /// <summary>An empty line first: it ends half a line that the pump may still hold, and is refused like it.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        await _link.OpenAsync(cancellation);
        await _link.SendAsync("\r");
        await _link.ReadUntilAsync((byte)'\r');
    }

    /// <exception cref="InstrumentFaultException">The pump refuses.</exception>
    /// <exception cref="InstrumentLinkException">No answer in time, or none of this protocol.</exception>
    public async Task TellAsync(string command)
    {
        var reply = await ExchangeAsync(command);
        if (reply != "OK") throw await GarbageAsync(command, reply);
    }

    /// <returns>What stands behind the name: <c>RATE?</c> is answered <c>RATE 5.00</c>.</returns>
    /// <inheritdoc cref="TellAsync"/>
    public async Task<string[]> AskAsync(string question)
    {
        var reply = await ExchangeAsync(question);
        var words = reply.Split(' ');
        return words[0] == question.TrimEnd('?') ? words[1..] : throw await GarbageAsync(question, reply);
    }

    public Task<InstrumentLinkException> GarbageAsync(string question, string reply) => _link.GarbageAsync(question, reply);

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<string> ExchangeAsync(string command)
    {
        await _link.SendAsync(command + "\r");
        var reply = await _link.ReadUntilAsync((byte)'\r');
        return reply.StartsWith("ERR ", StringComparison.Ordinal) ? throw new InstrumentFaultException($"the pump refused '{command}': {Explain(reply)}") : reply;
    }

    private static string Explain(string reply) => reply switch
    {
        "ERR 1" => "it does not know the command",
        "ERR 2" => "the value is out of its range",
        "ERR 3" => "it is running",
        "ERR 4" => "its bottle is empty",
        _ => reply,
    };
}
