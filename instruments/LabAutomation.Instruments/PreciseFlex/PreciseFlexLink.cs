using System.Globalization;

namespace LabAutomation.Instruments;

/// <summary>
/// The command server of an arm: a line for a command, a line for its reply, which begins with 0 or a negative code. Nothing in a reply says
/// which command it belongs to, so questions about a carriage carry a number that comes back, counted over all connections.
/// </summary>
internal sealed class PreciseFlexLink(Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    private const int MostQuestions = 1_000_000;

    /// <summary>A reply that is still under way in a new line comes within this time.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    private readonly InstrumentLink _link = new("arm", connect, clock);
    private int _question;

    /// <summary>Opens the line and has the server answer for programs.</summary>
    /// <returns>The version of the server.</returns>
    public async Task<string> OpenAsync(CancellationToken cancellation)
    {
        await _link.OpenAsync(cancellation);
        await _link.EmptyAsync(Quiet);
        await AskAsync("mode 0", 0);
        await _link.SendAsync("version\n");
        var reply = await ReadAsync();
        return reply.StartsWith("0 ", StringComparison.Ordinal) && reply.Length > 2 ? reply[2..] : throw await _link.GarbageAsync("version", reply);
    }

    public async Task<ArmCarriage> StateAsync()
    {
        _question = (_question + 1) % MostQuestions;
        var words = await AskAsync(string.Create(CultureInfo.InvariantCulture, $"CarryState {_question}"), 8);
        var isWhole = int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var question)
            & long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            & int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var phase)
            & double.TryParse(words[5], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var left)
            & int.TryParse(words[6], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            & int.TryParse(words[7], NumberStyles.None, CultureInfo.InvariantCulture, out var to);
        return isWhole && question == _question && Enum.IsDefined((CarriagePhase)phase) && words[3] is "0" or "1" && words[4] is "0" or "1" && left < 3600
            ? new ArmCarriage(count, (CarriagePhase)phase, words[3] == "1", words[4] == "1", TimeSpan.FromSeconds(left), from, to)
            : throw await _link.GarbageAsync($"CarryState {_question}", string.Join(' ', words));
    }

    /// <summary>Begins a carriage.</summary>
    /// <param name="from">Null where what the gripper holds is put down.</param>
    /// <exception cref="InstrumentFaultException">The arm refuses.</exception>
    public Task BeginAsync(int? from, int to) =>
        AskAsync(from is { } source ? FormattableString.Invariant($"Carry {source} {to}") : FormattableString.Invariant($"Put {to}"), 1);

    public Task HaltAsync() => AskAsync("halt", 0);

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<string[]> AskAsync(string command, int words)
    {
        await _link.SendAsync(command + "\n");
        var reply = await ReadAsync();
        var parts = reply.Split(' ');
        if (!int.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) || code > 0) throw await _link.GarbageAsync(command, reply);
        if (code < 0) throw new InstrumentFaultException($"the arm refuses '{command}': {Explain(code)}");
        return parts.Length == words + 1 ? parts[1..] : throw await _link.GarbageAsync(command, reply);
    }

    private async Task<string> ReadAsync() => (await _link.ReadUntilAsync((byte)'\n')).TrimEnd('\r');

    private static string Explain(int code) => code switch
    {
        -2801 => "it does not know the command; its server lacks the carriage of crucibles",
        -2802 => "the parameters are wrong",
        -4001 => "it was not taught such a position",
        -4002 => "it has no power; release its emergency stop, switch its power on and home it",
        -4003 => "it is moving",
        -4004 => "its gripper holds something",
        -4005 => "its gripper holds nothing",
        _ => $"code {code}",
    };
}
