using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace LabAutomation.Instruments;

/// <summary>
/// HTTP/1.1 over the byte stream to one device (RFC 9112). Every exchange has a stream of its own: a late answer dies with its stream, and no
/// request is sent twice, as a client that keeps streams open may do with one that was closed under its hands.
/// </summary>
/// <param name="device">What error messages call the device.</param>
/// <param name="clock">Real time, in which the device answers.</param>
internal sealed class HttpLink : IAsyncDisposable
{
    public static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The largest payload that the lab's bus carries.</summary>
    public const int LargestBody = 4 << 20;

    private const int LargestHeadersInKiB = 16;

    private readonly string _device;
    private readonly TimeProvider _clock;
    private readonly HttpClient _client;

    public HttpLink(string device, Func<CancellationToken, Task<Stream>> connect, TimeProvider clock, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        (_device, _clock) = (device, clock);
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) => await connect(cancellation),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = 1,
            MaxResponseHeadersLength = LargestHeadersInKiB,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ResponseDrainTimeout = TimeSpan.Zero,
        };
        _client = new HttpClient(handler) { BaseAddress = new Uri("http://instrument/"), Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.ConnectionClose = true;
        foreach (var (name, value) in headers) _client.DefaultRequestHeaders.Add(name, value);
    }

    public Task<HttpReply> GetAsync(string path) => ExchangeAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<HttpReply> PostAsync(string path, string json) => ExchangeAsync(new HttpRequestMessage(HttpMethod.Post, path)
    {
        Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    });

    /// <summary>The exception to throw: the reply is none that this device makes.</summary>
    public InstrumentLinkException Garbage(HttpReply reply, string why, Exception? inner = null) =>
        new($"the {_device} answered {reply.Question} with {reply.Status} {reply.ContentType} of {reply.Body.Length} bytes, which is no reply of its protocol: {why}", inner);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The client gives up waiting by closing the stream, and not every stream ends its reading then: nor need anybody wait for it.</summary>
    private async Task<HttpResponseMessage> HeadAsync(HttpRequestMessage request, CancellationToken deadline)
    {
        var sending = _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline);
        try
        {
            return await sending.WaitAsync(deadline);
        }
        catch (OperationCanceledException)
        {
            // An answer that came as the time ran out would keep its stream open, and the next question waits for that stream to close.
            _ = sending.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private async Task<HttpReply> ExchangeAsync(HttpRequestMessage request)
    {
        using var deadline = new CancellationTokenSource(ReplyTimeout, _clock);
        var question = $"{request.Method} {request.RequestUri}";     // before the client makes the address absolute
        try
        {
            using (request)
            {
                using var response = await HeadAsync(request, deadline.Token);

                // A body that ends where the stream ends could as well be cut off.
                if (response.Content.Headers.ContentLength is null && response.Headers.TransferEncodingChunked is not true)
                    throw new InstrumentLinkException($"the {_device} answered {question} without saying how long its answer is");
                if (response.Content.Headers.ContentEncoding.Count > 0)
                    throw new InstrumentLinkException($"the {_device} answered {question} in the encoding {string.Join(", ", response.Content.Headers.ContentEncoding)}, which nobody asked for");
                await response.Content.LoadIntoBufferAsync(LargestBody, deadline.Token).WaitAsync(deadline.Token);
                var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
                return new HttpReply(
                    question,
                    (int)response.StatusCode,
                    response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "",
                    body,
                    response.Headers.ToDictionary(header => header.Key, header => header.Value.First(), StringComparer.OrdinalIgnoreCase));
            }
        }
        catch (OperationCanceledException error) when (deadline.IsCancellationRequested)
        {
            throw new InstrumentLinkException($"the {_device} did not answer {question} within {ReplyTimeout.TotalSeconds} s", error);
        }
        catch (Exception error) when (error is not InstrumentLinkException)
        {
            throw new InstrumentLinkException($"the {_device} did not answer {question}: {(error.InnerException ?? error).Message}", error);
        }
    }
}
