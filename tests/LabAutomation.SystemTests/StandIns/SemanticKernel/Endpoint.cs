using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.SemanticKernel;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

/// <summary>A request as it came over the wire.</summary>
internal sealed record Received(JsonObject Body, string? Authorization, string? Organization)
{
    public JsonArray Messages => Body["messages"]!.AsArray();
}

/// <summary>
/// A real HTTP server on a loopback port that plays scripted answers of the chat completions API, whole or streamed as it is asked,
/// and answers a request that the protocol does not allow with 400.
/// </summary>
internal sealed class Endpoint : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<Reply> _script;
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _serving;

    public Endpoint(params Reply[] script)
    {
        _script = new(script);
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}/v1");
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>What it says when it is asked for its models.</summary>
    public IReadOnlyList<string> Models { get; init; } = ["model-1"];

    /// <summary>What it answers when the script has no more.</summary>
    public Func<Received, Reply> Otherwise { get; init; } = _ => Reply.Refuses(400, "the script has no more answers");

    public IReadOnlyList<Received> Requests => [.. _received];

    /// <summary>The first request has come.</summary>
    public Task Asked => _asked.Task;

    /// <summary>A port on which nobody listens.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>A kernel whose model is behind this endpoint.</summary>
    public Kernel Kernel(params KernelPlugin[] plugins)
    {
        var builder = Microsoft.SemanticKernel.Kernel.CreateBuilder();
        builder.AddOpenAIChatCompletion("model-1", Address, "key-1");
        foreach (var plugin in plugins) builder.Plugins.Add(plugin);
        return builder.Build();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _serving;
        _listener.Dispose();
        _closing.Dispose();
    }

    private async Task ServeAsync()
    {
        var answering = new List<Task>();
        while (true)
        {
            try
            {
                answering.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(answering);
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var connection = client;
        client.NoDelay = true;
        var stream = client.GetStream();
        try
        {
            if (await Request.ReadAsync(stream, _closing.Token) is not { } request) return;
            if (request.Json is not null) _received.Enqueue(Of(request));
            _asked.TrySetResult();
            await PlayAsync(Next(request), request, stream);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The client went away, or the test is over.
        }
    }

    private Reply Next(Request request)
    {
        if (request.Line == "GET /v1/models HTTP/1.1") return new Reply { Body = new JsonObject { ["data"] = new JsonArray([.. Models.Select(model => (JsonNode)new JsonObject { ["id"] = model })]) }.ToJsonString() };
        if (request.Line != "POST /v1/chat/completions HTTP/1.1") return Reply.Refuses(404, $"'{request.Line}' is not served here");
        if (request.Header("Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) != true)
            return Reply.Refuses(415, $"content of type '{request.Header("Content-Type")}' is not read here");
        if (request.Json is not { } body) return Reply.Refuses(400, "the request is no JSON object");
        if (Protocol.Complaints(body).ToArray() is { Length: > 0 } complaints) return Reply.Refuses(400, string.Join("; ", complaints));
        return _script.TryDequeue(out var reply) ? reply : Otherwise(Of(request));
    }

    private static Received Of(Request request) => new(request.Json!, request.Header("Authorization"), request.Header("OpenAI-Organization"));

    private async Task PlayAsync(Reply reply, Request request, Stream stream)
    {
        if (reply.Hangs) await Task.Delay(Timeout.Infinite, _closing.Token);
        var model = request.Json?["model"]?.GetValue<string>() ?? "";
        var head = $"HTTP/1.1 {reply.Status} Scripted\r\nConnection: close\r\n"
            + string.Concat(reply.Headers.Select(header => $"{header.Key}: {header.Value}\r\n"));
        if (reply.Body is not null || request.Json?["stream"]?.GetValue<bool>() != true)
        {
            var body = Encoding.UTF8.GetBytes(reply.Body ?? reply.Completion(model).ToJsonString());
            await SendAsync(stream, head + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
            await stream.WriteAsync(body, _closing.Token);
            return;
        }

        await SendAsync(stream, head + "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        var includeUsage = request.Json["stream_options"]?["include_usage"]?.GetValue<bool>() == true;
        var events = reply.Pieces(model, includeUsage).Select(piece => piece.ToJsonString()).Append("[DONE]");
        foreach (var line in events.Take(reply.CutAfter ?? reply.EndsAfter ?? int.MaxValue)) await SendChunkAsync(stream, $"data: {line}\n\n");
        if (reply.CutAfter is null) await SendAsync(stream, "0\r\n\r\n");
    }

    private async Task SendChunkAsync(Stream stream, string text) =>
        await SendAsync(stream, $"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");

    private async Task SendAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), _closing.Token);
}
