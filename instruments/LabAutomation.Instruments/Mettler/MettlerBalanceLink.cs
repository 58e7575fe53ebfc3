using System.Text.RegularExpressions;

namespace LabAutomation.Instruments;

/// <summary>
/// MT-SICS: a command in capitals ended with CR LF, an answer that begins with the command's identification (Mettler Toledo, MT-SICS
/// Interface Commands, Reference Manual 11780711). Only commands that answer at once are used: one that waits for the weight to rest, as S
/// and T do, could still be carried out long after its caller is gone.
/// </summary>
internal sealed partial class MettlerBalanceLink(Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>A line holds no more than this many answers of an earlier connection.</summary>
    private const int MostLeftovers = 200;

    private readonly InstrumentLink _link = new("balance", connect, clock);

    /// <summary>
    /// Opens the line and asks for the serial number. SI ends the stream of a SIR that someone left running, and since the balance answers in
    /// order, everything before the serial number belongs to an earlier connection and is dropped.
    /// </summary>
    public async Task<string> OpenAsync(CancellationToken cancellation)
    {
        await _link.OpenAsync(cancellation);
        await _link.SendAsync("SI\r\nI4\r\n");
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

    /// <returns>Null where there is a status instead of a weight, see <paramref name="status"/>.</returns>
    /// <param name="identification">What the answer begins with: that of SI is S.</param>
    /// <param name="status">Called with what stands instead: I not now, + above and - below what is possible.</param>
    public async Task<MettlerWeight?> WeightAsync(string command, string identification, Action<char> status)
    {
        var line = await AskAsync(command);
        if (MettlerWeight.Parse(line, identification) is { } weight) return weight;
        status(await StatusAsync(command, line, identification, "I+-"));
        return null;
    }

    /// <summary>The status of an answer without a value: <c>ZI S</c> gives S.</summary>
    /// <param name="known">The statuses that the command has.</param>
    public async Task<char> StatusAsync(string command, string known) => await StatusAsync(command, await AskAsync(command), command, known);

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<char> StatusAsync(string command, string line, string identification, string known) =>
        line.Length == identification.Length + 2 && line.StartsWith(identification + " ", StringComparison.Ordinal) && known.Contains(line[^1])
            ? line[^1]
            : throw await _link.GarbageAsync(command, line);

    private async Task<string> AskAsync(string command)
    {
        await _link.SendAsync(command + "\r\n");
        var line = await _link.ReadUntilAsync((byte)'\n');
        if (line is "ES\r" or "EL\r") throw new InstrumentFaultException($"the balance does not carry out '{command}' ({line[..2]}); it must have MT-SICS level 1");
        return line.EndsWith('\r') ? line[..^1] : throw await _link.GarbageAsync(command, line);
    }

    private static string? Quoted(string command, string line)
    {
        var match = Text().Match(line);
        return match.Success && match.Groups["id"].Value == command ? match.Groups["text"].Value : null;
    }

    [GeneratedRegex(@"^(?<id>I[0-9]+) A ""(?<text>[ -~]*?)""[ -~]*\z")]
    private static partial Regex Text();
}
