using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace LabAutomation.Simulators.Http;

/// <summary>An answer of HTTP/1.1.</summary>
/// <param name="IsChunked">Whether the body goes out in chunks rather than with its length (RFC 9112, section 7.1).</param>
internal sealed record HttpAnswer(int Status, string ContentType, byte[] Body, bool IsChunked = false)
{
    private const int Chunk = 1024;

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static HttpAnswer Json(int status, JsonNode body) => new(status, "application/json", Encoding.UTF8.GetBytes(body.ToJsonString()));

    public byte[] ToBytes()
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} {Reason(Status)}\r\ncontent-type: {ContentType}\r\n");
        foreach (var (name, value) in Headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        head.Append(IsChunked ? "transfer-encoding: chunked\r\n\r\n" : string.Create(CultureInfo.InvariantCulture, $"content-length: {Body.Length}\r\n\r\n"));
        var bytes = new List<byte>(Encoding.ASCII.GetBytes(head.ToString()));
        if (!IsChunked) return [.. bytes, .. Body];
        foreach (var chunk in Body.Chunk(Chunk))
        {
            bytes.AddRange(Encoding.ASCII.GetBytes(chunk.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
            bytes.AddRange(chunk);
            bytes.AddRange("\r\n"u8);
        }

        return [.. bytes, .. "0\r\n\r\n"u8];
    }

    private static string Reason(int status) => status switch
    {
        200 => "OK",
        201 => "Created",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        _ => "Answer",
    };
}
