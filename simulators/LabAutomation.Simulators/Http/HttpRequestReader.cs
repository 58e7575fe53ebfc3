using System.Globalization;
using System.Text;

namespace LabAutomation.Simulators.Http;

/// <summary>
/// Cuts bytes into requests (RFC 9112). After something that is none it hears nothing more, because where the next one begins cannot be told.
/// </summary>
internal sealed class HttpRequestReader
{
    private const int LongestHead = 8192;
    private const int LargestBody = 1 << 20;

    private readonly List<byte> pending = [];
    private bool isLost;

    /// <summary>What came: whole requests, and at last the status of the answer to one that is none.</summary>
    public List<(HttpRequest? Request, int Status)> Feed(ReadOnlySpan<byte> bytes)
    {
        var found = new List<(HttpRequest?, int)>();
        if (!isLost) pending.AddRange(bytes);
        while (!isLost && pending.Count > 0 && TryTake(out var request, out var status))
        {
            isLost = request is null;
            if (isLost) pending.Clear();
            found.Add((request, status));
        }

        return found;
    }

    public void Clear()
    {
        pending.Clear();
        isLost = false;
    }

    /// <returns>False where more bytes have to come.</returns>
    private bool TryTake(out HttpRequest? request, out int status)
    {
        (request, status) = (null, 400);
        var text = Encoding.Latin1.GetString([.. pending.Take(LongestHead)]);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            status = 431;
            return pending.Count >= LongestHead || (text.IndexOf("\r\n", StringComparison.Ordinal) is >= 0 and var line && !IsStart(text[..line], out status));
        }

        var lines = text[..end].Split("\r\n");
        if (!IsStart(lines[0], out status)) return true;
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':');
            if (colon <= 0 || line[..colon].Any(c => c is <= ' ' or > '~')) return true;
            headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
        }

        if (headers.ContainsKey("transfer-encoding"))
        {
            status = 501;
            return true;
        }

        var length = 0;
        if (headers.TryGetValue("content-length", out var said) && !int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out length)) return true;
        if (length > LargestBody)
        {
            status = 413;
            return true;
        }

        if (pending.Count < end + 4 + length) return false;
        var words = lines[0].Split(' ');
        var target = words[1].Split('?', 2);
        request = new HttpRequest(words[0], Uri.UnescapeDataString(target[0]), Query(target.ElementAtOrDefault(1) ?? ""), headers, [.. pending.Skip(end + 4).Take(length)]);
        pending.RemoveRange(0, end + 4 + length);
        status = 200;
        return true;
    }

    private static bool IsStart(string line, out int status)
    {
        status = 400;
        return line.Split(' ') is [{ Length: > 0 } method, { Length: > 0 } target, "HTTP/1.1" or "HTTP/1.0"]
            && method.All(char.IsAsciiLetterUpper) && target[0] == '/' && target.All(c => c is > ' ' and <= '~');
    }

    private static Dictionary<string, string> Query(string text)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            query[Uri.UnescapeDataString(parts[0])] = Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "");
        }

        return query;
    }
}
