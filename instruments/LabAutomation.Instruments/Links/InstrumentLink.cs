using System.Text;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// The byte stream to one device: questions out, replies in, one at a time. After any failure the stream is closed and stays so until
/// <see cref="OpenAsync"/>, so that a late reply is never taken for the answer to a later question.
/// </summary>
/// <remarks>
/// Drivers use it from one call at a time. Whoever makes the device safe does so beside a call that does not come back: its question waits until the reply to the earlier one is in, which ends the earlier call.
/// </remarks>
/// <param name="device">What error messages call the device.</param>
/// <param name="connect">Opens the stream; a <see cref="DriverFactory"/> is given it.</param>
/// <param name="clock">Real time, in which the device answers.</param>
public sealed class InstrumentLink(string device, Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>For each part of a reply, real time.</summary>
    public static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(2);

    /// <summary>No reply is longer; more is noise.</summary>
    private const int LongestReply = 1 << 20;

    /// <summary>Characters of a reply in a message.</summary>
    private const int MostShown = 60;

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(5);

    private InstrumentLine? _line;

    /// <summary>That gave the last answer.</summary>
    private InstrumentLine? _answered;
    private volatile bool _isDisposed;

    /// <summary>Opens the stream, anew where it was open. Takes 5 s at most.</summary>
    /// <remarks>A call that still waits for an answer on the old stream fails, and does nothing to the new one.</remarks>
    /// <exception cref="InstrumentLinkException">The stream cannot be opened, or the driver was disposed.</exception>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        await CloseAsync(_line);
        if (_isDisposed) throw Closed();
        using var deadline = new CancellationTokenSource(OpenTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            _line = new InstrumentLine(await connect(both.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new InstrumentLinkException($"the link to the {device} did not open within {OpenTimeout.TotalSeconds} s");
        }
        catch (Exception error) when (error is not OperationCanceledException and not InstrumentLinkException)
        {
            throw new InstrumentLinkException($"the link to the {device} cannot be opened: {error.Message}", error);
        }

        if (!_isDisposed) return;
        await CloseAsync(_line);
        throw Closed();
    }

    /// <summary>Throws away what is still in the line, such as a late answer to a question of an earlier connection.</summary>
    /// <param name="quiet">The line counts as empty when nothing came for so long.</param>
    /// <exception cref="InstrumentLinkException">The device closed the link, or goes on sending.</exception>
    public async Task EmptyAsync(TimeSpan quiet)
    {
        var line = Line();
        using var turn = line.Take() ?? throw Busy();
        for (var thrown = 0; thrown <= LongestReply; thrown += line.End - line.Start)
        {
            try
            {
                await FillAsync(line, quiet);
            }
            catch (TimeoutException)
            {
                (line.Start, line.End) = (0, 0);
                if (line.IsOvertaken) throw new InstrumentLinkException(Overtaken);
                return;
            }
        }

        throw await BreakAsync(line, $"the {device} sends without end");
    }

    /// <summary>Sends a question, as Latin-1, so that every byte survives.</summary>
    /// <exception cref="InstrumentLinkException">The bytes could not be handed over, or others came that nobody asked for.</exception>
    public async Task SendAsync(string text)
    {
        var line = await FreeLineAsync();
        if (line.Reading is { IsCompletedSuccessfully: true, Result: > 0 }) await FillAsync(line, "");
        if (line.Start != line.End) throw await BreakAsync(line, $"the {device} sent bytes that nobody asked for: {Show(Encoding.Latin1.GetString(line.Buffer, line.Start, line.End - line.Start))}");
        using var turn = line.Take() ?? throw Busy();
        try
        {
            var written = line.Stream.WriteAsync(Encoding.Latin1.GetBytes(text));
            if (!written.IsCompletedSuccessfully) await written.AsTask().WaitAsync(ReplyTimeout, clock);
            var flushed = line.Stream.FlushAsync();
            if (!flushed.IsCompletedSuccessfully) await flushed.WaitAsync(ReplyTimeout, clock);
        }
        catch (Exception error)
        {
            throw await BreakAsync(line, $"the {device} took no bytes", error);
        }

        // Its reply would be taken for that to the question which waits.
        if (line.IsOvertaken) throw await BreakAsync(line, Overtaken);
    }

    /// <summary>Reads up to and without the terminator.</summary>
    /// <exception cref="InstrumentLinkException">No whole reply came in time.</exception>
    public async Task<string> ReadUntilAsync(byte terminator)
    {
        var (line, reply) = (_answered = Line(), (StringBuilder?)null);
        using var turn = line.Take() ?? throw Busy();
        if (line.Start == line.End) await FillAsync(line, "");
        while (true)
        {
            var at = Array.IndexOf(line.Buffer, terminator, line.Start, line.End - line.Start);
            var upTo = at < 0 ? line.End : at;
            var part = Encoding.Latin1.GetString(line.Buffer, line.Start, upTo - line.Start);
            line.Start = at < 0 ? line.End : at + 1;
            if (at >= 0) return line.IsOvertaken ? throw new InstrumentLinkException(Overtaken) : reply is null ? part : reply.Append(part).ToString();
            reply = (reply ?? new StringBuilder()).Append(part);
            if (reply.Length > LongestReply) throw await BreakAsync(line, $"the {device} sends without end: {Show(reply.ToString())}");
            await FillAsync(line, reply.ToString(0, Math.Min(reply.Length, MostShown + 1)));      // a spectrum comes in many parts
        }
    }

    /// <summary>For replies that say or imply their length.</summary>
    /// <exception cref="InstrumentLinkException">Fewer bytes came in time.</exception>
    public async Task<byte[]> ReadExactlyAsync(int count)
    {
        var line = _answered = Line();
        using var turn = line.Take() ?? throw Busy();
        var bytes = new byte[count];
        var have = 0;
        while (have < count)
        {
            if (line.Start == line.End) await FillAsync(line, $"{have} of {count} bytes");
            var take = Math.Min(count - have, line.End - line.Start);
            line.Buffer.AsSpan(line.Start, take).CopyTo(bytes.AsSpan(have));
            line.Start += take;
            have += take;
        }

        return line.IsOvertaken ? throw new InstrumentLinkException(Overtaken) : bytes;
    }

    /// <summary>Closes the link and gives the exception to throw: the reply is none that this device makes.</summary>
    public Task<InstrumentLinkException> GarbageAsync(string question, string reply) =>
        BreakAsync(_answered, $"the {device} answered {Show(question)} with {Show(reply)}, which is no reply of its protocol");

    /// <summary>For good: nothing opens it again.</summary>
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await CloseAsync(_line);
    }

    private InstrumentLine Line() => _line ?? throw Closed();

    /// <summary>The line, when nobody waits for a reply on it any more. Whoever does goes no further.</summary>
    private async Task<InstrumentLine> FreeLineAsync()
    {
        var line = Line();
        if (line.Overtake() is not { } free) return line;
        try
        {
            await free.Here().WaitAsync(ReplyTimeout, clock);
        }
        catch (TimeoutException)
        {
            throw Busy();
        }

        return Line();
    }

    private async Task FillAsync(InstrumentLine line, string soFar)
    {
        try
        {
            await FillAsync(line, ReplyTimeout);
        }
        catch (TimeoutException error)
        {
            var got = soFar.Length == 0 ? "nothing" : Show(soFar);
            throw await BreakAsync(line, $"the {device} did not answer within {ReplyTimeout.TotalSeconds} s; {got} came", error);
        }
    }

    /// <exception cref="TimeoutException">Nothing came; the link is as it was.</exception>
    private async Task FillAsync(InstrumentLine line, TimeSpan patience)
    {
        if (line.IsClosed) throw Closed();
        int count;
        try
        {
            line.Reading ??= line.Stream.ReadAsync(line.Buffer).AsTask();
            count = await line.Reading.WaitAsync(patience, clock);
            line.Reading = null;
        }
        catch (Exception error) when (error is not TimeoutException)
        {
            throw await BreakAsync(line, $"the link to the {device} broke", error);
        }

        // Whoever has opened the link anew did not ask this.
        if (line.IsClosed) throw Closed();
        if (count == 0) throw await BreakAsync(line, $"the {device} closed the link");
        (line.Start, line.End) = (0, count);
    }

    private async Task<InstrumentLinkException> BreakAsync(InstrumentLine? line, string what, Exception? error = null)
    {
        await CloseAsync(line);
        return new InstrumentLinkException(error is null or TimeoutException ? what : $"{what}: {error.Message}", error);
    }

    /// <summary>This line and no later one.</summary>
    private async Task CloseAsync(InstrumentLine? line)
    {
        if (line is null) return;
        Interlocked.CompareExchange(ref _line, null, line);
        await line.CloseAsync();
    }

    private string Overtaken => $"the {device} is being made safe, and answers nothing else";

    private InstrumentLinkException Closed() => new($"the link to the {device} is closed");

    private InstrumentLinkException Busy() => new($"the {device} is being asked something else");

    private static string Show(string text)
    {
        var start = text.Length > MostShown ? text[..MostShown] + "…" : text;
        return "'" + string.Concat(start.Select(c => c is < ' ' or > '~' and not '…' ? $"\\x{(int)c:X2}" : c.ToString())) + "'";
    }
}
