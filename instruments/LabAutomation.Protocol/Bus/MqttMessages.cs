using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace LabAutomation.Protocol;

/// <summary>The bus's messages in MQTTnet's form and back.</summary>
internal static class MqttMessages
{
    /// <summary>How long a broker keeps what a client missed. After that the client is as good as new and reads what is retained.</summary>
    private const uint SessionSeconds = 300;

    /// <summary>Room for topic and headers beside the payload.</summary>
    private const int HeaderBytes = 1 << 16;

    public static MqttApplicationMessage Write(BusMessage message) => new()
    {
        Topic = message.Topic,
        Payload = new ReadOnlySequence<byte>(message.Payload),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        Retain = message.Retain,
        ResponseTopic = message.ResponseTopic,
        CorrelationData = message.CorrelationData.IsEmpty ? null : message.CorrelationData.ToArray(),
        MessageExpiryInterval = message.ExpirySeconds ?? 0,
        ContentType = message.ContentType,
        UserProperties = message.Properties.IsEmpty
            ? null
            : [.. message.Properties.Select(property => new MqttUserProperty(property.Key, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(property.Value)))],
    };

    public static BusMessage Read(MqttApplicationMessage message)
    {
        var properties = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var property in message.UserProperties ?? []) properties[property.Name] = property.ReadValueAsString();
        return new BusMessage(message.Topic, message.Payload.ToArray())
        {
            Retain = message.Retain,
            ResponseTopic = string.IsNullOrEmpty(message.ResponseTopic) ? null : message.ResponseTopic,
            CorrelationData = message.CorrelationData ?? ReadOnlyMemory<byte>.Empty,
            ExpirySeconds = message.MessageExpiryInterval == 0 ? null : message.MessageExpiryInterval,
            ContentType = string.IsNullOrEmpty(message.ContentType) ? null : message.ContentType,
            Properties = properties.ToImmutable(),
        };
    }

    /// <param name="cleanStart">Whether to forget what the broker knows of this client.</param>
    public static MqttClientOptions Connect(MqttLabBusOptions options, bool cleanStart)
    {
        var builder = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer(options.Host, options.Port)
            .WithClientId(options.ClientId)
            .WithCleanStart(cleanStart)
            .WithSessionExpiryInterval(SessionSeconds)
            .WithKeepAlivePeriod(Asked(options.KeepAlive))
            .WithReceiveMaximum((ushort)options.MaximumInFlight)
            .WithMaximumPacketSize((uint)(options.MaximumMessageBytes + HeaderBytes));
        if (options.UserName is { } user) builder.WithCredentials(user, options.Password ?? "");
        if (options.Tls is { } tls) builder.WithTlsOptions(builderOfTls => Secure(builderOfTls, tls));
        if (options.Will is { } will) AddWill(builder, will);
        return builder.Build();
    }

    /// <summary>
    /// A broker looks for silent clients now and then only, mosquitto and MQTTnet up to a second late. So it is asked for a second less than was wished, and has given the client up within one and a half of that.
    /// </summary>
    private static TimeSpan Asked(TimeSpan keepAlive) => keepAlive >= TimeSpan.FromSeconds(2) ? keepAlive - TimeSpan.FromSeconds(1) : keepAlive;

    /// <summary>Asks for what is retained at every subscription and for the flag as the publisher set it.</summary>
    public static MqttClientSubscribeOptions Subscribe(string filter) => new()
    {
        TopicFilters =
        [
            new MqttTopicFilter
            {
                Topic = filter,
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                RetainAsPublished = true,
                RetainHandling = MqttRetainHandling.SendAtSubscribe,
            },
        ],
    };

    /// <remarks>The machine's authorities publish what they have revoked; an authority of the lab's own rarely does, so that is not asked for.</remarks>
    private static void Secure(MqttClientTlsOptionsBuilder builder, MqttTls tls)
    {
        builder.UseTls();
        if (tls.Authorities is { } authorities) builder.WithTrustChain(authorities).WithRevocationMode(X509RevocationMode.NoCheck);
        if (tls.Certificate is { } certificate) builder.WithClientCertificates([certificate]);
    }

    private static void AddWill(MqttClientOptionsBuilder builder, BusMessage will)
    {
        builder.WithWillTopic(will.Topic)
            .WithWillPayload(will.Payload.ToArray())
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithWillRetain(will.Retain);
        if (will.ContentType is { } contentType) builder.WithWillContentType(contentType);
        if (will.ResponseTopic is { } responseTopic) builder.WithWillResponseTopic(responseTopic);
        if (!will.CorrelationData.IsEmpty) builder.WithWillCorrelationData(will.CorrelationData.ToArray());
        if (will.ExpirySeconds is { } seconds) builder.WithWillMessageExpiryInterval(seconds);
        foreach (var (name, value) in will.Properties) builder.WithWillUserProperty(name, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(value));
    }
}
