using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace LabAutomation.Instruments;

/// <summary>
/// HTTP/1.1 over the byte stream to one device (RFC 9112). Every exchange has a stream of its own: a late answer dies with its stream, and no
/// request is sent twice. One exchange at a time.
/// </summary>
/// <remarks>Written out, since the runtime's client works on the thread pool, and in virtual time nobody would wait for that.</remarks>
/// <param name="device">What error messages call the device.</param>
/// <param name="clock">Real time, in which the device answers.</param>
/// <param name="headers">Sent with each request.</param>
internal sealed class HttpLink(string device, Func<CancellationToken, Task<Stream>> connect, TimeProvider clock, params (string Name, string Value)[] headers) : IAsyncDisposable
{
    public static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The largest payload that the lab's bus carries.</summary>
    public const int LargestBody = 4 << 20;

    private static readonly Uri Root = new("http://instrument/");

    private readonly CancellationTokenSource _gone = new();

    public Task<HttpReply> GetAsync(string path) => ExchangeAsync("GET", path, null);

    public Task<HttpReply> PostAsync(string path, string json) => ExchangeAsync("POST", path, Encoding.UTF8.GetBytes(json));

    /// <summary>The exception to throw: the reply is none that this device makes.</summary>
    public InstrumentLinkException Garbage(HttpReply reply, string why, Exception? inner = null) =>
        new($"the {device} answered {reply.Question} with {reply.Status} {reply.ContentType} of {reply.Body.Length} bytes, which is no reply of its protocol: {why}", inner);

    public ValueTask DisposeAsync()
    {
        _gone.Cancel();
        return ValueTask.CompletedTask;
    }

    private async Task<HttpReply> ExchangeAsync(string method, string path, byte[]? json)
    {
        using var deadline = new CancellationTokenSource(ReplyTimeout, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _gone.Token);
        var question = $"{method} {path}";
        try
        {
            _gone.Token.ThrowIfCancellationRequested();

            // Not every stream ends its reading when it is closed: nor need anybody wait for it.
            return await AskAsync(question, Request(method, path, json), end.Token).WaitAsync(end.Token);
        }
        catch (Exception error) when (deadline.IsCancellationRequested)
        {
            throw new InstrumentLinkException($"the {device} did not answer {question} within {ReplyTimeout.TotalSeconds} s", error);
        }
        catch (Exception error) when (error is not InstrumentLinkException)
        {
            throw new InstrumentLinkException($"the {device} did not answer {question}: {error.Message}", error);
        }
    }

    private async Task<HttpReply> AskAsync(string question, byte[] request, CancellationToken end)
    {
        await using var stream = await connect(end);
        await using var cut = end.Register(() => Cut(stream));
        await stream.WriteAsync(request, end);
        await stream.FlushAsync(end);
        var reader = new HttpReplyReader(stream, end);
        var (status, head) = await reader.HeadAsync();
        if (head.TryGetValue("Content-Encoding", out var encoding)) throw new InvalidDataException($"it is in the encoding {encoding}, which nobody asked for");
        return new HttpReply(question, status, MediaType(head), await reader.BodyAsync(status, head, LargestBody), head);
    }

    private byte[] Request(string method, string path, byte[]? json)
    {
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{method} {new Uri(Root, path).PathAndQuery} HTTP/1.1\r\nHost: {Root.Host}\r\nConnection: close\r\n"));
        foreach (var (name, value) in headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (json is not null) head.Append(CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {json.Length}\r\n");
        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. json ?? []];
    }

    private static string MediaType(IReadOnlyDictionary<string, string> head) =>
        head.TryGetValue("Content-Type", out var said) && MediaTypeHeaderValue.TryParse(said, out var type) ? type.MediaType?.ToLowerInvariant() ?? "" : "";

    private static void Cut(Stream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // A port that was pulled out complains when it is closed; it is closed all the same.
        }
    }
}
