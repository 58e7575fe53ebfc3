using System.Text;

namespace LabAutomation.Instruments;

/// <summary>
/// The byte stream to one device: questions out, replies in, one at a time. After any failure the stream is closed and stays so until
/// <see cref="OpenAsync"/>, so that a late reply is never taken for the answer to a later question.
/// </summary>
/// <param name="device">What error messages call the device.</param>
/// <param name="connect">Opens the stream; a <see cref="DriverFactory"/> is given it.</param>
/// <param name="clock">Real time, in which the device answers.</param>
public sealed class InstrumentLink(string device, Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>For each part of a reply, real time.</summary>
    public static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(2);

    /// <summary>No reply is longer; more is noise.</summary>
    private const int LongestReply = 1 << 20;

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(5);

    private readonly byte[] _buffer = new byte[4096];
    private Stream? _stream;

    /// <summary>A read that nobody waits for any more; the next one goes on with it, so that none of its bytes are lost.</summary>
    private Task<int>? _reading;
    private int _start;
    private int _end;

    /// <summary>Opens the stream, anew where it was open. Takes 5 s at most.</summary>
    /// <exception cref="InstrumentLinkException">The stream cannot be opened.</exception>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        await CloseAsync();
        using var deadline = new CancellationTokenSource(OpenTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            _stream = await connect(both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new InstrumentLinkException($"the link to the {device} did not open within {OpenTimeout.TotalSeconds} s");
        }
        catch (Exception error) when (error is not OperationCanceledException and not InstrumentLinkException)
        {
            throw new InstrumentLinkException($"the link to the {device} cannot be opened: {error.Message}", error);
        }
    }

    /// <summary>Throws away what is still in the line, such as a late answer to a question of an earlier connection.</summary>
    /// <param name="quiet">The line counts as empty when nothing came for so long.</param>
    /// <exception cref="InstrumentLinkException">The device closed the link, or goes on sending.</exception>
    public async Task EmptyAsync(TimeSpan quiet)
    {
        for (var thrown = 0; thrown <= LongestReply; thrown += _end - _start)
        {
            try
            {
                await FillAsync(quiet);
            }
            catch (TimeoutException)
            {
                (_start, _end) = (0, 0);
                return;
            }
        }

        throw await BreakAsync($"the {device} sends without end");
    }

    /// <summary>Sends a question, as Latin-1, so that every byte survives.</summary>
    /// <exception cref="InstrumentLinkException">The bytes could not be handed over, or others came that nobody asked for.</exception>
    public async Task SendAsync(string text)
    {
        if (_stream is null) throw new InstrumentLinkException($"the link to the {device} is closed");
        if (_reading is { IsCompletedSuccessfully: true, Result: > 0 }) await FillAsync("");
        if (_start != _end) throw await BreakAsync($"the {device} sent bytes that nobody asked for: {Show(Encoding.Latin1.GetString(_buffer, _start, _end - _start))}");
        try
        {
            var written = _stream.WriteAsync(Encoding.Latin1.GetBytes(text));
            if (!written.IsCompletedSuccessfully) await written.AsTask().WaitAsync(ReplyTimeout, clock);
            var flushed = _stream.FlushAsync();
            if (!flushed.IsCompletedSuccessfully) await flushed.WaitAsync(ReplyTimeout, clock);
        }
        catch (Exception error)
        {
            throw await BreakAsync($"the {device} took no bytes", error);
        }
    }

    /// <summary>Reads up to and without the terminator.</summary>
    /// <exception cref="InstrumentLinkException">No whole reply came in time.</exception>
    public async Task<string> ReadUntilAsync(byte terminator)
    {
        var reply = new StringBuilder();
        while (true)
        {
            var at = Array.IndexOf(_buffer, terminator, _start, _end - _start);
            var upTo = at < 0 ? _end : at;
            reply.Append(Encoding.Latin1.GetString(_buffer, _start, upTo - _start));
            _start = at < 0 ? _end : at + 1;
            if (at >= 0) return reply.ToString();
            if (reply.Length > LongestReply) throw await BreakAsync($"the {device} sends without end: {Show(reply.ToString())}");
            await FillAsync(reply.ToString());
        }
    }

    /// <summary>For replies that say or imply their length.</summary>
    /// <exception cref="InstrumentLinkException">Fewer bytes came in time.</exception>
    public async Task<byte[]> ReadExactlyAsync(int count)
    {
        var bytes = new byte[count];
        var have = 0;
        while (have < count)
        {
            if (_start == _end) await FillAsync($"{have} of {count} bytes");
            var take = Math.Min(count - have, _end - _start);
            _buffer.AsSpan(_start, take).CopyTo(bytes.AsSpan(have));
            _start += take;
            have += take;
        }

        return bytes;
    }

    /// <summary>Closes the link and gives the exception to throw: the reply is none that this device makes.</summary>
    public Task<InstrumentLinkException> GarbageAsync(string question, string reply) =>
        BreakAsync($"the {device} answered {Show(question)} with {Show(reply)}, which is no reply of its protocol");

    public async ValueTask DisposeAsync() => await CloseAsync();

    private async Task FillAsync(string soFar)
    {
        try
        {
            await FillAsync(ReplyTimeout);
        }
        catch (TimeoutException error)
        {
            var got = soFar.Length == 0 ? "nothing" : Show(soFar);
            throw await BreakAsync($"the {device} did not answer within {ReplyTimeout.TotalSeconds} s; {got} came", error);
        }
    }

    /// <exception cref="TimeoutException">Nothing came; the link is as it was.</exception>
    private async Task FillAsync(TimeSpan patience)
    {
        if (_stream is null) throw new InstrumentLinkException($"the link to the {device} is closed");
        int count;
        try
        {
            _reading ??= _stream.ReadAsync(_buffer).AsTask();
            count = await _reading.WaitAsync(patience, clock);
            _reading = null;
        }
        catch (Exception error) when (error is not TimeoutException)
        {
            throw await BreakAsync($"the link to the {device} broke", error);
        }

        if (count == 0) throw await BreakAsync($"the {device} closed the link");
        (_start, _end) = (0, count);
    }

    private async Task<InstrumentLinkException> BreakAsync(string what, Exception? error = null)
    {
        await CloseAsync();
        return new InstrumentLinkException(error is null or TimeoutException ? what : $"{what}: {error.Message}", error);
    }

    private async Task CloseAsync()
    {
        var stream = _stream;
        (_stream, _reading, _start, _end) = (null, null, 0, 0);
        if (stream is null) return;
        try
        {
            await stream.DisposeAsync();
        }
        catch (IOException)
        {
            // A port that was pulled out complains when it is closed; it is closed all the same.
        }
    }

    private static string Show(string text)
    {
        var start = text.Length > 60 ? text[..60] + "…" : text;
        return "'" + string.Concat(start.Select(c => c is < ' ' or > '~' and not '…' ? $"\\x{(int)c:X2}" : c.ToString())) + "'";
    }
}
