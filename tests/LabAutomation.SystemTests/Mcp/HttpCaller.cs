using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace LabAutomation.SystemTests.Mcp;

/// <summary>Messages to an MCP server over HTTP as they are, right or wrong.</summary>
internal sealed class HttpCaller : IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator });
    private readonly string _address;
    private string? _session;
    private int _id;

    public HttpCaller(string address, string? token = McpStage.Token)
    {
        _address = address;
        if (token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The status and what is said.</summary>
    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string body, string? origin = null, string? host = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (_session is not null) request.Headers.Add("Mcp-Session-Id", _session);
        if (origin is not null) request.Headers.Add("Origin", origin);
        if (host is not null) request.Headers.Host = host;
        using var response = await _http.SendAsync(request, cancellation);
        if (response.Headers.TryGetValues("Mcp-Session-Id", out var sessions)) _session = sessions.First();
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
    }

    public Task<(HttpStatusCode Status, string Body)> GreetAsync() => PostAsync(
        """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"caller","version":"1"}}}""");

    /// <summary>The text of a tool's answer.</summary>
    public async Task<string> CallAsync(string name, object arguments, CancellationToken cancellation = default)
    {
        var (_, body) = await PostAsync(JsonSerializer.Serialize(new { jsonrpc = "2.0", id = ++_id, method = "tools/call", @params = new { name, arguments } }), cancellation: cancellation);
        var line = body.Split('\n').First(line => line.StartsWith("data: ", StringComparison.Ordinal));
        return string.Join('\n', JsonDocument.Parse(line[6..]).RootElement.GetProperty("result").GetProperty("content").EnumerateArray().Select(part => part.GetProperty("text").GetString()));
    }

    public void Dispose() => _http.Dispose();
}
