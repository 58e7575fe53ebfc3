using System.Globalization;
using System.Text;

namespace LabAutomation.Instruments;

/// <summary>Reads one answer of HTTP/1.1 from a stream (RFC 9112, sections 4 to 7).</summary>
internal sealed class HttpReplyReader(Stream stream, CancellationToken deadline)
{
    /// <summary>All lines of a head together, and those around chunks.</summary>
    private const int LongestHead = 16 << 10;

    private readonly byte[] _buffer = new byte[8192];
    private int _start;
    private int _end;
    private int _head;

    /// <summary>The status, and the headers by their names in any case; of one that comes twice the first.</summary>
    /// <exception cref="InvalidDataException">It is no answer.</exception>
    /// <exception cref="EndOfStreamException">It is not whole.</exception>
    public async Task<(int Status, IReadOnlyDictionary<string, string> Headers)> HeadAsync()
    {
        while (true)
        {
            var status = Status(await LineAsync());
            var headers = await HeadersAsync();

            // What is said before the answer, such as 100 Continue, is none.
            if (status is < 100 or >= 200) return (status, headers);
        }
    }

    /// <param name="most">Bytes.</param>
    /// <exception cref="InvalidDataException">It is no body, is longer, or does not say how long it is: one that ends where the stream ends could as well be cut off.</exception>
    /// <exception cref="EndOfStreamException">It is not whole.</exception>
    public async Task<byte[]> BodyAsync(int status, IReadOnlyDictionary<string, string> headers, int most)
    {
        if (status is 204 or 304) return [];
        if (headers.TryGetValue("Transfer-Encoding", out var encoding))
            return encoding.Equals("chunked", StringComparison.OrdinalIgnoreCase) ? await ChunksAsync(most) : throw new InvalidDataException($"it is sent as '{encoding}', which nobody asked for");
        if (!headers.TryGetValue("Content-Length", out var said)) throw new InvalidDataException("it does not say how long it is");
        return await ExactlyAsync(Length(said, NumberStyles.None, most));
    }

    private static int Status(string line)
    {
        var words = line.Split(' ', 3);
        return words.Length >= 2 && words[0] is "HTTP/1.1" or "HTTP/1.0" && words[1].Length == 3 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : throw new InvalidDataException("it does not begin as an answer of HTTP/1.1 does");
    }

    private async Task<Dictionary<string, string>> HeadersAsync()
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAnyExceptInRange('!', '~')) throw new InvalidDataException("one of its headers is none");
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
            if (!headers.TryAdd(name, value) && name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && headers[name] != value) throw new InvalidDataException("it says two lengths");
        }

        return headers;
    }

    private async Task<byte[]> ChunksAsync(int most)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var line = await LineAsync();
            var length = Length(line.Split(';')[0].Trim(' ', '\t'), NumberStyles.AllowHexSpecifier, most - (int)body.Length);
            if (length == 0) break;
            body.Write(await ExactlyAsync(length));
            if (await LineAsync() is not "") throw new InvalidDataException("a chunk of it is longer than it says");
            _head = 0;
        }

        await HeadersAsync();
        return body.ToArray();
    }

    private static int Length(string said, NumberStyles style, int most)
    {
        if (!long.TryParse(said, style, CultureInfo.InvariantCulture, out var length) || length < 0) throw new InvalidDataException($"it says '{(said.Length > 20 ? said[..20] : said)}' where it should say a length");
        return length <= most ? (int)length : throw new InvalidDataException("it is longer than the lab takes");
    }

    /// <summary>Up to the end of a line, and without it.</summary>
    private async Task<string> LineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            var at = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            var upTo = at < 0 ? _end : at;
            line.Append(Encoding.Latin1.GetString(_buffer, _start, upTo - _start));
            _head += upTo - _start + 1;
            _start = at < 0 ? _end : at + 1;
            if (_head > LongestHead) throw new InvalidDataException("its head does not end");
            if (at >= 0) return line is [.., '\r'] ? line.ToString(0, line.Length - 1) : line.ToString();
            await FillAsync();
        }
    }

    private async Task<byte[]> ExactlyAsync(int count)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            if (_start == _end) await FillAsync();
            var take = Math.Min(count - have, _end - _start);
            _buffer.AsSpan(_start, take).CopyTo(bytes.AsSpan(have));
            (_start, have) = (_start + take, have + take);
        }

        return bytes;
    }

    private async Task FillAsync()
    {
        (_start, _end) = (0, await stream.ReadAsync(_buffer, deadline));
        if (_end == 0) throw new EndOfStreamException("the stream ended before its answer did");
    }
}
