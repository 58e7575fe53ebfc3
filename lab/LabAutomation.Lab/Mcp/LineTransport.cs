using System.Text.Json;
using LabAutomation.Agents.AskTell;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace LabAutomation.Lab.Mcp;

/// <summary>
/// MCP's messages on a pair of streams, a line each. Unlike the transport of the SDK it answers what is no message, and holds no more of a line, and no more requests,
/// than it says.
/// </summary>
internal sealed class LineTransport : TransportBase
{
    /// <summary>Bytes of one message.</summary>
    public const int MostBytes = 1 << 20;

    /// <summary>Requests under way.</summary>
    public const int MostAtOnce = 64;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<RequestId> _open = [];
    private readonly LineReader _input;
    private readonly Stream _output;
    private readonly Task _reading;
    private bool _isUnread;

    public LineTransport(Stream input, Stream output) : base("stdio", null)
    {
        (_input, _output) = (new LineReader(input, MostBytes), output);
        SetConnected();
        _reading = ReadAsync();
    }

    /// <summary>What was asked before the input ended is still answered; where nobody reads any more, nothing is.</summary>
    public override async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(message, McpJsonUtilities.DefaultOptions.GetTypeInfo<JsonRpcMessage>());
        if (message is JsonRpcResponse or JsonRpcError) Close(((JsonRpcMessageWithId)message).Id);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_isUnread) return;
            await _output.WriteAsync((byte[])[.. line, (byte)'\n'], cancellationToken);
            await _output.FlushAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            _isUnread = true;
            SetDisconnected();
        }
        finally
        {
            _turn.Release();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reading;
        SetDisconnected();
    }

    private async Task ReadAsync()
    {
        try
        {
            // A terminal or a pipe that says nothing cannot be interrupted; whoever stops does not wait for it.
            while (await Task.Run(_input.Read).WaitAsync(_stopping.Token) is { } line)
            {
                if (line.IsTooLong) await RefuseAsync(default, McpErrorCode.InvalidRequest, $"a message has {MostBytes} bytes at most, and this one has more");
                else await TakeAsync(line.Bytes);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, or nobody wants to hear more.
        }
        finally
        {
            SetDisconnected();
        }
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> line)
    {
        if (line.Span.Trim(" \t\r"u8).IsEmpty) return;
        try
        {
            var message = JsonSerializer.Deserialize(line.Span, McpJsonUtilities.DefaultOptions.GetTypeInfo<JsonRpcMessage>())!;
            if (message is JsonRpcRequest request && !Open(request.Id))
            {
                await RefuseAsync(request.Id, McpErrorCode.InvalidRequest, $"{MostAtOnce} requests are under way, or one with this id; wait for their answers");
                return;
            }

            if (message is JsonRpcNotification { Method: NotificationMethods.CancelledNotification } cancelled && Cancelled(cancelled) is { } id) Close(id);
            await WriteMessageAsync(message, _stopping.Token);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            await RefuseAsync(IdOf(line.Span), IsJson(line.Span) ? McpErrorCode.InvalidRequest : McpErrorCode.ParseError, $"this line is no message of JSON-RPC 2.0: {error.Message}");
        }
    }

    private Task RefuseAsync(RequestId id, McpErrorCode code, string why) =>
        SendMessageAsync(new JsonRpcError { Id = id, Error = new JsonRpcErrorDetail { Code = (int)code, Message = why } }, _stopping.Token);

    private bool Open(RequestId id)
    {
        lock (_open) return _open.Count < MostAtOnce && _open.Add(id);
    }

    private void Close(RequestId id)
    {
        lock (_open) _open.Remove(id);
    }

    /// <summary>A request that is cancelled is not answered.</summary>
    private static RequestId? Cancelled(JsonRpcNotification notification)
    {
        try
        {
            return notification.Params.Deserialize(McpJsonUtilities.DefaultOptions.GetTypeInfo<CancelledNotificationParams>())?.RequestId;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Of a request that cannot be read otherwise, so that its client waits no longer; none where it says none.</summary>
    private static RequestId IdOf(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject) return default;
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id"u8);
                reader.Read();
                if (!isId) reader.Skip();
                else return reader.TokenType is JsonTokenType.String ? new RequestId(reader.GetString()!) : reader.TokenType is JsonTokenType.Number && reader.TryGetInt64(out var number) ? new RequestId(number) : default;
            }

            return default;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return default;
        }
    }
}
