using System.Globalization;

namespace LabAutomation.Instruments;

/// <summary>
/// NAMUR commands as IKA devices take them: a line out, and a line back for those that read; those that set have no reply. Lines end with
/// blank, CR, LF; a number comes back as value and channel (IKA RCT operating instructions, serial interface; 9600 7E1).
/// </summary>
internal sealed class IkaStirrerLink(Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    private readonly InstrumentLink _link = new("stirrer", connect, clock);

    public Task OpenAsync(CancellationToken cancellation) => _link.OpenAsync(cancellation);

    public Task TellAsync(string command) => _link.SendAsync(command + " \r\n");

    public async Task<string> AskAsync(string command)
    {
        await TellAsync(command);
        var reply = (await _link.ReadUntilAsync((byte)'\n')).Trim(' ', '\r');
        return reply.Length > 0 && reply.All(c => c is >= ' ' and <= '~') ? reply : throw await _link.GarbageAsync(command, reply);
    }

    /// <summary>Reads <c>IN_PV_4</c> and the like; the reply names the same channel.</summary>
    public async Task<double> ReadAsync(string command)
    {
        var reply = await AskAsync(command);
        var parts = reply.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && parts[1] == command[(command.LastIndexOf('_') + 1)..]
            && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw await _link.GarbageAsync(command, reply);
    }

    /// <summary>Sets a rated value and reads it back, since the device does not say that it took it.</summary>
    /// <exception cref="InstrumentFaultException">The device has another value.</exception>
    public async Task SetAsync(int channel, double value, double tolerance)
    {
        await TellAsync(FormattableString.Invariant($"OUT_SP_{channel} {value:0.##}"));
        var set = await ReadAsync($"IN_SP_{channel}");
        if (Math.Abs(set - value) > tolerance)
            throw new InstrumentFaultException(FormattableString.Invariant($"the stirrer was set to {value:0.##} on channel {channel} and says {set:0.##}"));
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
