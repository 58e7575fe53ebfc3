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
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<Reply> _script;
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _serving;

    public Endpoint(params Reply[] script)
    {
        _script = new(script);
        Address = new Uri($"http://127.0.0.1:{FreePort()}/v1");
        _listener.Prefixes.Add($"http://127.0.0.1:{Address.Port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

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
        _listener.Close();
        await _serving;
        _closing.Dispose();
    }

    private async Task ServeAsync()
    {
        var answering = new List<Task>();
        while (_listener.IsListening)
        {
            try
            {
                answering.Add(AnswerAsync(await _listener.GetContextAsync()));
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                break;
            }
        }

        await Task.WhenAll(answering);
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var request = context.Request;
            using var reader = new StreamReader(request.InputStream, Encoding.UTF8);
            var body = JsonNode.Parse(await reader.ReadToEndAsync())!.AsObject();
            _received.Enqueue(new Received(body, request.Headers["Authorization"], request.Headers["OpenAI-Organization"]));
            _asked.TrySetResult();
            await PlayAsync(Next(request, body), body, context.Response);
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            context.Response.Abort();
        }
    }

    private Reply Next(HttpListenerRequest request, JsonObject body)
    {
        if (request.HttpMethod != "POST" || request.Url!.AbsolutePath != "/v1/chat/completions")
            return Reply.Refuses(404, $"{request.HttpMethod} {request.Url} is not served here");
        if (request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
            return Reply.Refuses(415, $"content of type '{request.ContentType}' is not read here");
        if (Protocol.Complaints(body).ToArray() is { Length: > 0 } complaints) return Reply.Refuses(400, string.Join("; ", complaints));
        return _script.TryDequeue(out var reply) ? reply : Reply.Refuses(400, "the script has no more answers");
    }

    private async Task PlayAsync(Reply reply, JsonObject request, HttpListenerResponse response)
    {
        if (reply.Hangs) await Task.Delay(Timeout.Infinite, _closing.Token);
        response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers) response.Headers[name] = value;
        var model = request["model"]!.GetValue<string>();
        if (reply.Body is not null || request["stream"]?.GetValue<bool>() != true)
        {
            response.ContentType = "application/json";
            await WriteAsync(response, reply.Body ?? reply.Completion(model).ToJsonString());
            response.Close();
            return;
        }

        response.ContentType = "text/event-stream";
        response.SendChunked = true;
        var sent = 0;
        foreach (var piece in reply.Pieces(model, request["stream_options"]?["include_usage"]?.GetValue<bool>() == true))
        {
            if (sent++ == reply.CutAfter)
            {
                response.Abort();
                return;
            }

            await WriteAsync(response, $"data: {piece.ToJsonString()}\n\n");
        }

        await WriteAsync(response, "data: [DONE]\n\n");
        response.Close();
    }

    private static async Task WriteAsync(HttpListenerResponse response, string text)
    {
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
        await response.OutputStream.FlushAsync();
    }
}
