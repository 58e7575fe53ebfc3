using System.Globalization;
using System.Text.RegularExpressions;

namespace LabAutomation.Protocol;

/// <summary>A command with its headers: what the caller sends and the driver host takes.</summary>
/// <param name="LockToken">Fencing token of the caller's lock on the instrument, where it holds one.</param>
/// <param name="TraceParent">W3C Trace Context, version 00, of whoever traces; the reply carries it again. One that is none is left out, as that standard has it.</param>
/// <param name="Timestamp">When the caller sent it, for people and records; nothing is decided by it.</param>
public sealed partial record CommandMessage(
    ActionId Action,
    string Name,
    CommandFrame Frame,
    string ResponseTopic,
    string Source,
    string? SchemaHash,
    long? LockToken,
    string? TraceParent = null,
    DateTimeOffset? Timestamp = null)
{
    /// <summary>Whether it came with an expiry. Every command is sent with one; a broker that hands a copy over in its last second may have none left to tell.</summary>
    public bool Expires { get; init; } = true;

    public const string VersionKey = "protocol";
    public const string SourceKey = "source";
    public const string SchemaHashKey = "schema-hash";
    public const string LockTokenKey = "lock-token";
    public const string TraceParentKey = "traceparent";
    public const string TimestampKey = "timestamp";

    private const string TimestampForm = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    /// <param name="expirySeconds">At least 1; real seconds after which a broker drops the command.</param>
    public BusMessage ToBusMessage(InstrumentTopics topics, uint expirySeconds)
    {
        ArgumentOutOfRangeException.ThrowIfZero(expirySeconds);
        var message = BusMessage.Of(topics.Command(Name), Frame);
        var properties = message.Properties.Add(VersionKey, "1").Add(SourceKey, Source);
        if (SchemaHash is not null) properties = properties.Add(SchemaHashKey, SchemaHash);
        if (LockToken is { } token) properties = properties.Add(LockTokenKey, token.ToString(CultureInfo.InvariantCulture));
        if (TraceParent is not null) properties = properties.Add(TraceParentKey, TraceParent);
        if (Timestamp is { } sent) properties = properties.Add(TimestampKey, sent.UtcDateTime.ToString(TimestampForm, CultureInfo.InvariantCulture));
        return message with
        {
            ResponseTopic = ResponseTopic,
            CorrelationData = Action.ToBytes(),
            ExpirySeconds = expirySeconds,
            Properties = properties,
        };
    }

    /// <exception cref="FrameException">A header or the payload is missing or wrong.</exception>
    public static CommandMessage Read(BusMessage message)
    {
        if (message.Retain) throw new FrameException("a command is never retained");
        if (!Topics.TrySplit(message.Topic, out _, out _, out var rest) || !rest.StartsWith("cmd/", StringComparison.Ordinal))
            throw new FrameException($"'{message.Topic}' is not a command topic");
        var name = rest["cmd/".Length..];
        if (!Topics.IsName(name)) throw new FrameException($"'{name}' is not a command's name");
        if (message.CorrelationData.Length == 0) throw new FrameException("a command needs its action id as correlation data");
        if (string.IsNullOrEmpty(message.ResponseTopic)) throw new FrameException("a command needs a response topic");
        if (!TopicFilter.IsTopic(message.ResponseTopic)) throw new FrameException($"'{message.ResponseTopic}' is not a topic one can answer on");
        var version = message.Properties.GetValueOrDefault(VersionKey);
        if (version != "1") throw new FrameException($"protocol version '{version}' is not spoken here; version 1 is");
        if (!message.Properties.TryGetValue(SourceKey, out var source) || source.Length == 0) throw new FrameException("a command names its source");
        long? token = null;
        if (message.Properties.TryGetValue(LockTokenKey, out var text))
            token = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw new FrameException($"lock token '{text}' is not a whole number");

        DateTimeOffset? timestamp = null;
        if (message.Properties.TryGetValue(TimestampKey, out var sent))
            timestamp = DateTimeOffset.TryParseExact(sent, TimestampForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : throw new FrameException($"timestamp '{sent}' is no time in UTC, such as 2026-01-31T12:00:00.5Z");

        return new CommandMessage(
            ActionId.FromBytes(message.CorrelationData.Span),
            name,
            FrameCodec.Decode<CommandFrame>(message.Payload),
            message.ResponseTopic,
            source,
            message.Properties.GetValueOrDefault(SchemaHashKey),
            token,
            message.Properties.GetValueOrDefault(TraceParentKey) is { } trace && TraceContext().IsMatch(trace) ? trace : null,
            timestamp) { Expires = message.ExpirySeconds is > 0 };
    }

    [GeneratedRegex(@"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}\z")]
    private static partial Regex TraceContext();
}
