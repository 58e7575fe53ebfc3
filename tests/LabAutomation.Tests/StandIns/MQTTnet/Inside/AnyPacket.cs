using System.Text;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace LabAutomation.Tests.StandIns.MQTTnet;

/// <summary>Packets of all fifteen types, each member drawn at random from what the standard allows.</summary>
internal sealed class AnyPacket(Random random, MqttProtocolVersion version)
{
    private static readonly string[] _runes = [.. "abcXYZ/019 äß€漢😀\u007F".EnumerateRunes().Select(rune => rune.ToString())];

    public const int Kinds = 15;

    private bool IsV5 => version == MqttProtocolVersion.V500;

    public Packet Next(int kind) => kind switch
    {
        0 => Connect(),
        1 => ConnAck(),
        2 => Publish(),
        3 => Ack(MqttControlPacketType.PubAck, 0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99),
        4 => Ack(MqttControlPacketType.PubRec, 0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99),
        5 => Ack(MqttControlPacketType.PubRel, 0, 0x92),
        6 => Ack(MqttControlPacketType.PubComp, 0, 0x92),
        7 => new SubscribePacket { PacketId = Id(), Filters = Several(Filter), Properties = Properties(PropertySet.Subscribe) },
        8 => FilterAck(MqttControlPacketType.SubAck, 0, 1, 2, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2),
        9 => new UnsubscribePacket { PacketId = Id(), Filters = Several(() => Text(1)), Properties = Properties(PropertySet.Unsubscribe) },
        10 => FilterAck(MqttControlPacketType.UnsubAck, 0, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91),
        11 => PingReqPacket.Instance,
        12 => PingRespPacket.Instance,
        13 => Disconnect(),
        _ => new AuthPacket { ReasonCode = One<byte>(0, 0x18, 0x19), Properties = Properties(PropertySet.Auth) },
    };

    private ConnectPacket Connect()
    {
        var name = Flag() ? Text(0) : null;
        var properties = Properties(PropertySet.Connect);
        if (properties.AuthenticationMethod is null) properties.AuthenticationData = null;
        return new ConnectPacket
        {
            Version = version,
            ClientId = Text(0),
            CleanStart = Flag(),
            KeepAliveSeconds = UInt16(0),
            UserName = name,
            Password = Flag() && (IsV5 || name is not null) ? Bytes(200) : null,
            Properties = properties,
            Will = Flag()
                ? new WillMessage { Topic = Text(1), Payload = Bytes(300), Quality = Quality(), Retain = Flag(), Properties = Properties(PropertySet.Will) }
                : null,
        };
    }

    private ConnAckPacket ConnAck()
    {
        var code = IsV5
            ? One(Enum.GetValues<MqttConnectReasonCode>())
            : One(MqttConnectReasonCode.Success, MqttConnectReasonCode.UnsupportedProtocolVersion, MqttConnectReasonCode.NotAuthorized);
        return new ConnAckPacket { SessionPresent = code == MqttConnectReasonCode.Success && Flag(), ReasonCode = code, Properties = Properties(PropertySet.ConnAck) };
    }

    private PublishPacket Publish()
    {
        var quality = Quality();
        var properties = Properties(PropertySet.Publish, severalSubscriptions: true);
        return new PublishPacket
        {
            Topic = Text(properties.TopicAlias is null ? 1 : 0),
            Quality = quality,
            PacketId = quality == MqttQualityOfServiceLevel.AtMostOnce ? (ushort)0 : Id(),
            Duplicate = quality != MqttQualityOfServiceLevel.AtMostOnce && Flag(),
            Retain = Flag(),
            Payload = Bytes(One(0, 10, 1000, 40_000)),
            Properties = properties,
        };
    }

    private AckPacket Ack(MqttControlPacketType kind, params byte[] codes) =>
        new(kind, Id(), IsV5 ? One(codes) : (byte)0) { Properties = Properties(PropertySet.Ack) };

    private FilterAckPacket FilterAck(MqttControlPacketType kind, params byte[] codes)
    {
        if (!IsV5) codes = kind == MqttControlPacketType.SubAck ? [0, 1, 2, 0x80] : [];
        return new FilterAckPacket(kind, Id()) { ReasonCodes = codes.Length == 0 ? [] : [.. Several(() => One(codes))], Properties = Properties(PropertySet.Ack) };
    }

    private DisconnectPacket Disconnect() => new()
    {
        ReasonCode = IsV5 ? One(Enum.GetValues<MqttDisconnectReasonCode>()) : MqttDisconnectReasonCode.NormalDisconnection,
        Properties = Properties(PropertySet.Disconnect),
    };

    private MqttTopicFilter Filter() => new()
    {
        Topic = Text(1),
        QualityOfServiceLevel = Quality(),
        NoLocal = IsV5 && Flag(),
        RetainAsPublished = IsV5 && Flag(),
        RetainHandling = IsV5 ? One(Enum.GetValues<MqttRetainHandling>()) : MqttRetainHandling.SendAtSubscribe,
    };

    private PacketProperties Properties(PropertySet allowed, bool severalSubscriptions = false)
    {
        if (!IsV5 || random.Next(5) == 0) return PacketProperties.None;

        return new PacketProperties
        {
            PayloadFormatIndicator = May(1) ? One<byte>(0, 1) : null,
            MessageExpiryInterval = May(2) ? UInt32(0) : null,
            ContentType = May(3) ? Text(0) : null,
            ResponseTopic = May(8) ? Text(1) : null,
            CorrelationData = May(9) ? Bytes(40) : null,
            SubscriptionIdentifiers = !May(11) ? null : severalSubscriptions ? Several(Identifier) : [Identifier()],
            SessionExpiryInterval = May(17) ? UInt32(0) : null,
            AssignedClientIdentifier = May(18) ? Text(0) : null,
            ServerKeepAlive = May(19) ? UInt16(0) : null,
            AuthenticationMethod = May(21) ? Text(0) : null,
            AuthenticationData = May(22) ? Bytes(40) : null,
            RequestProblemInformation = May(23) ? Flag() : null,
            WillDelayInterval = May(24) ? UInt32(0) : null,
            RequestResponseInformation = May(25) ? Flag() : null,
            ResponseInformation = May(26) ? Text(0) : null,
            ServerReference = May(28) ? Text(0) : null,
            ReasonString = May(31) ? Text(0) : null,
            ReceiveMaximum = May(33) ? UInt16(1) : null,
            TopicAliasMaximum = May(34) ? UInt16(0) : null,
            TopicAlias = May(35) ? UInt16(1) : null,
            MaximumQoS = May(36) ? One<byte>(0, 1) : null,
            RetainAvailable = May(37) ? Flag() : null,
            UserProperties = May(38) ? Several(() => new MqttUserProperty(Text(0), Encoding.UTF8.GetBytes(Text(0)).AsMemory())) : null,
            MaximumPacketSize = May(39) ? UInt32(1) : null,
            WildcardSubscriptionAvailable = May(40) ? Flag() : null,
            SubscriptionIdentifiersAvailable = May(41) ? Flag() : null,
            SharedSubscriptionAvailable = May(42) ? Flag() : null,
        };

        bool May(uint identifier) => allowed.Contains(identifier) && Flag();
    }

    private bool Flag() => random.Next(2) == 0;

    private T One<T>(params T[] values) => values[random.Next(values.Length)];

    private List<T> Several<T>(Func<T> next) => [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => next())];

    private ushort Id() => UInt16(1);

    private ushort UInt16(int least) => (ushort)One(least, ushort.MaxValue, random.Next(least, ushort.MaxValue + 1));

    private uint UInt32(uint least) => One(least, uint.MaxValue, (uint)random.NextInt64(least, 1L << 32));

    private uint Identifier() => One(1u, 127u, 128u, 16_384u, 2_097_152u, 268_435_455u);

    private MqttQualityOfServiceLevel Quality() => (MqttQualityOfServiceLevel)random.Next(3);

    private byte[] Bytes(int most)
    {
        var bytes = new byte[random.Next(most + 1)];
        random.NextBytes(bytes);
        return bytes;
    }

    private string Text(int least) => string.Concat(Enumerable.Range(0, random.Next(least, 40)).Select(_ => One(_runes)));
}
