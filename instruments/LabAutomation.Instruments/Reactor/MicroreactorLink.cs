using System.Globalization;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments.Reactor;

/// <summary>The lines of a microreactor's console, see docs/reference/instruments/microreactor.md.</summary>
internal sealed class MicroreactorLink(Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    private const int Channels = 3, Encoders = 16;

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(20);

    private readonly InstrumentLink _link = new("reactor console", connect, clock);

    public async Task OpenAsync(CancellationToken cancellation)
    {
        await _link.OpenAsync(cancellation);

        // What an earlier connection began to say ends here.
        await _link.SendAsync("\n");
        await _link.EmptyAsync(Quiet);
    }

    public async Task<InstrumentIdentity> IdentifyAsync()
    {
        var line = await AskAsync("ID");
        return line.Split(' ') is ["ID", { Length: > 0 } model, { Length: > 0 } serial, { Length: > 0 } version]
            ? new InstrumentIdentity("LabAutomation", model, serial, version)
            : throw await _link.GarbageAsync("ID", line);
    }

    /// <summary>Whether all drums are in for good, and how many runs were begun.</summary>
    public async Task<(bool IsShut, long Runs)> StatusAsync()
    {
        var line = await AskAsync("ST");
        return line.Split(' ') is ["ST", "SHUT" or "FROZEN", var runs, var cycle] && Count(runs) is { } begun && Count(cycle) is not null
            ? (line.StartsWith("ST SHUT", StringComparison.Ordinal), begun)
            : throw await _link.GarbageAsync("ST", line);
    }

    /// <summary>Loads a core that is at rest and begins a run.</summary>
    /// <param name="power">In multiples of the rated power.</param>
    public async Task BeginAsync(double power)
    {
        var question = string.Create(CultureInfo.InvariantCulture, $"IC {100 * power:0.###}");
        var line = await AskAsync(question);
        if (line.Split(' ') is not ["OK", var run] || Count(run) is null) throw await _link.GarbageAsync(question, line);
    }

    public Task<ReactorReadings> ReadAsync(int cycle) => ReadingsAsync("RD", cycle);

    public async Task<ReactorReadings> ReadAsync() => await ReadingsAsync("RD", null);

    /// <summary>Turns the drums for the second that begins. The answer comes when it is over.</summary>
    /// <param name="rates">Degrees per second, positive outwards.</param>
    /// <returns>What the sensors show at its end.</returns>
    public Task<ReactorReadings> TurnAsync(int cycle, IReadOnlyList<double> rates) =>
        ReadingsAsync($"CY {cycle.ToString(CultureInfo.InvariantCulture)} {string.Join(' ', rates.Select(rate => rate.ToString("0.######", CultureInfo.InvariantCulture)))}", cycle + 1);

    /// <summary>All drums in at once.</summary>
    public async Task ScramAsync()
    {
        var line = await AskAsync("SC");
        if (line != "OK") throw await _link.GarbageAsync("SC", line);
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<ReactorReadings> ReadingsAsync(string question, int? cycle)
    {
        var line = await AskAsync(question);
        var words = line.Split(' ');
        if (words.Length != 2 + (3 * Channels) + Encoders || words[0] != "RD" || Count(words[1]) is not { } at || (cycle is not null && at != cycle)) throw await _link.GarbageAsync(question, line);
        var values = new double[words.Length - 2];
        for (var k = 0; k < values.Length; k++)
        {
            if (words[k + 2] == "----") values[k] = double.NaN;
            else if (!double.TryParse(words[k + 2], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out values[k]) || !double.IsFinite(values[k])) throw await _link.GarbageAsync(question, line);
        }

        return new ReactorReadings([.. values[..Channels].Select(percent => percent / 100)], values[Channels..(2 * Channels)], values[(2 * Channels)..(3 * Channels)], values[(3 * Channels)..]);
    }

    private async Task<string> AskAsync(string question)
    {
        await _link.SendAsync(question + "\n");
        var line = await _link.ReadUntilAsync((byte)'\n');
        return line switch
        {
            "ER 1" => throw new InstrumentFaultException($"the reactor console does not understand '{question}'"),
            "ER 2" => throw new InstrumentFaultException("the reactor console has shut its core down"),
            "ER 3" => throw new InstrumentFaultException($"'{question}' is beyond what the reactor console allows"),
            "ER 4" => throw new InstrumentFaultException($"the reactor console is in another cycle than that of '{question}'"),
            "ER 5" => throw new InstrumentFaultException($"the reactor console is still busy with a cycle and does not take '{question}'"),
            _ => line,
        };
    }

    private static long? Count(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
}
