namespace LabAutomation.Instruments;

/// <summary>
/// A balance on MT-SICS. Only commands that answer at once are used: one that waits for the weight to rest, as S and T do, could still be
/// carried out long after its caller is gone.
/// </summary>
internal sealed class MettlerBalanceLink(Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    private readonly MtSicsLine _line = new("balance", "it must have MT-SICS level 1", connect, clock);

    /// <summary>Opens the line and asks for the serial number. SI ends the stream of a SIR or SR that someone left running.</summary>
    public Task<string> OpenAsync(CancellationToken cancellation) => _line.OpenAsync("SI\r\n", cancellation);

    /// <inheritdoc cref="MtSicsLine.TextAsync"/>
    public Task<string> TextAsync(string command) => _line.TextAsync(command);

    /// <returns>Null where there is a status instead of a weight, see <paramref name="status"/>.</returns>
    /// <param name="identification">What the answer begins with: that of SI is S.</param>
    /// <param name="status">Called with what stands instead: I not now, + above and - below what is possible.</param>
    public async Task<MettlerWeight?> WeightAsync(string command, string identification, Action<char> status)
    {
        var line = await _line.AskAsync(command);
        if (MettlerWeight.Parse(line, identification) is { } weight) return weight;
        status(await StatusAsync(command, line, identification, "I+-"));
        return null;
    }

    /// <summary>The status of an answer without a value: <c>ZI S</c> gives S.</summary>
    /// <param name="known">The statuses that the command has.</param>
    public async Task<char> StatusAsync(string command, string known) => await StatusAsync(command, await _line.AskAsync(command), command, known);

    public ValueTask DisposeAsync() => _line.DisposeAsync();

    private async Task<char> StatusAsync(string command, string line, string identification, string known) =>
        line.Length == identification.Length + 2 && line.StartsWith(identification + " ", StringComparison.Ordinal) && known.Contains(line[^1])
            ? line[^1]
            : throw await _line.GarbageAsync(command, line);
}
