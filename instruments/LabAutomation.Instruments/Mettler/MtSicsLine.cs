using System.Text.RegularExpressions;

namespace LabAutomation.Instruments;

/// <summary>
/// MT-SICS: a command in capitals ended with CR LF, an answer that begins with the command's identification (Mettler Toledo, MT-SICS
/// Interface Commands, Reference Manual 11780711).
/// </summary>
/// <param name="device">What error messages call the device.</param>
/// <param name="needs">What a device lacks that does not carry a command out, for the message.</param>
internal sealed partial class MtSicsLine(string device, string needs, Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>A line holds no more than this many answers of an earlier connection.</summary>
    private const int MostLeftovers = 200;

    private readonly InstrumentLink _link = new(device, connect, clock);

    /// <summary>
    /// Opens the line and asks for the serial number. The device answers in order, so everything before the serial number belongs to an earlier
    /// connection and is dropped.
    /// </summary>
    /// <param name="first">Commands to send before, each with its CR LF.</param>
    public async Task<string> OpenAsync(string first, CancellationToken cancellation)
    {
        await _link.OpenAsync(cancellation);
        await _link.SendAsync(first + "I4\r\n");
        for (var k = 0; k < MostLeftovers; k++)
        {
            var line = await _link.ReadUntilAsync((byte)'\n');
            if (Quoted("I4", line.TrimEnd('\r')) is { } serial) return serial;
        }

        throw await _link.GarbageAsync("I4", "lines without end that are no serial number");
    }

    /// <summary>The text of <c>I2 A "text"</c> and the like.</summary>
    public async Task<string> TextAsync(string command)
    {
        var line = await AskAsync(command);
        return Quoted(command, line) ?? throw await _link.GarbageAsync(command, line);
    }

    /// <summary>The line that answers a command, without its end.</summary>
    /// <exception cref="InstrumentFaultException">The device does not carry it out.</exception>
    public async Task<string> AskAsync(string command)
    {
        await _link.SendAsync(command + "\r\n");
        var line = await _link.ReadUntilAsync((byte)'\n');
        if (line is "ES\r" or "EL\r") throw new InstrumentFaultException($"the {device} does not carry out '{command}' ({line[..2]}); {needs}");
        return line.EndsWith('\r') ? line[..^1] : throw await _link.GarbageAsync(command, line);
    }

    public Task<InstrumentLinkException> GarbageAsync(string command, string line) => _link.GarbageAsync(command, line);

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static string? Quoted(string command, string line)
    {
        var match = Text().Match(line);
        return match.Success && match.Groups["id"].Value == command ? match.Groups["text"].Value : null;
    }

    [GeneratedRegex(@"^(?<id>I[0-9]+) A ""(?<text>[ -~]*?)""[ -~]*\z")]
    private static partial Regex Text();
}
