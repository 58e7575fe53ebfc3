using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

/// <summary>An HTTP request with a body of known length, or in chunks.</summary>
internal sealed record Request(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Null when the body is no JSON object.</summary>
    public JsonObject? Json { get; } = Parse(Body);

    /// <summary>Null when the client went away before it had said anything.</summary>
    public static async Task<Request?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (await LineAsync(stream, cancellationToken) is not { Length: > 0 } line) return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync(stream, cancellationToken) is { Length: > 0 } header)
            headers[header[..header.IndexOf(':')]] = header[(header.IndexOf(':') + 1)..].Trim();
        var body = headers.TryGetValue("Content-Length", out var length)
            ? await BytesAsync(stream, int.Parse(length), cancellationToken)
            : headers.ContainsKey("Transfer-Encoding") ? await ChunksAsync(stream, cancellationToken) : [];
        return new Request(line, headers, body);
    }

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    private static async Task<byte[]> ChunksAsync(Stream stream, CancellationToken cancellationToken)
    {
        var body = new List<byte>();
        while (Convert.ToInt32(await LineAsync(stream, cancellationToken), 16) is > 0 and var size)
        {
            body.AddRange(await BytesAsync(stream, size, cancellationToken));
            await LineAsync(stream, cancellationToken);
        }

        await LineAsync(stream, cancellationToken);
        return [.. body];
    }

    private static async Task<byte[]> BytesAsync(Stream stream, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private static async Task<string> LineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellationToken) > 0 && one[0] != '\n') line.Add(one[0]);
        return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
    }

    private static JsonObject? Parse(byte[] body)
    {
        if (body.Length == 0) return null;
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
