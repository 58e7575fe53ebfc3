using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace LabAutomation.Tests.StandIns.MQTTnet;

public sealed class PacketCodecTests
{
    private static readonly List<MqttUserProperty> _user = [Property("epoch", "7"), Property("epoch", "8"), Property("Wärme", "")];

    private static MqttUserProperty Property(string name, string value) => new(name, Encoding.UTF8.GetBytes(value).AsMemory());

    private static PacketProperties WithReason => new() { ReasonString = "because", UserProperties = _user };

    public static TheoryData<string, object> Packets => new()
    {
        { "CONNECT, bare", new ConnectPacket { ClientId = "c", CleanStart = true, KeepAliveSeconds = 15 } },
        {
            "CONNECT, full", new ConnectPacket
            {
                ClientId = "hotplate", UserName = "user", Password = [0, 1, 255],
                Will = new WillMessage
                {
                    Topic = "a/liveness", Payload = "off"u8.ToArray(), Quality = MqttQualityOfServiceLevel.ExactlyOnce, Retain = true,
                    Properties = new PacketProperties
                    {
                        PayloadFormatIndicator = 1, MessageExpiryInterval = 5, ContentType = "t", ResponseTopic = "r", CorrelationData = [1],
                        WillDelayInterval = 9, UserProperties = _user,
                    },
                },
                Properties = new PacketProperties
                {
                    SessionExpiryInterval = uint.MaxValue, ReceiveMaximum = 1, MaximumPacketSize = 70_000, TopicAliasMaximum = 3, RequestProblemInformation = false,
                    RequestResponseInformation = true, AuthenticationMethod = "m", AuthenticationData = [2], UserProperties = _user,
                },
            }
        },
        {
            "CONNACK", new ConnAckPacket
            {
                SessionPresent = true, ReasonCode = MqttConnectReasonCode.Success,
                Properties = new PacketProperties
                {
                    SessionExpiryInterval = 0, ReceiveMaximum = 20, MaximumQoS = 1, RetainAvailable = false, MaximumPacketSize = 1, AssignedClientIdentifier = "x",
                    TopicAliasMaximum = 10, ReasonString = "r", UserProperties = _user, WildcardSubscriptionAvailable = false,
                    SubscriptionIdentifiersAvailable = true, SharedSubscriptionAvailable = false, ServerKeepAlive = 30, ResponseInformation = "i",
                    ServerReference = "s", AuthenticationMethod = "m", AuthenticationData = [],
                },
            }
        },
        { "PUBLISH, QoS 0", new PublishPacket { Topic = "a", Payload = "x"u8.ToArray(), Retain = true } },
        {
            "PUBLISH, QoS 2", new PublishPacket
            {
                Topic = "a/b", PacketId = 65535, Quality = MqttQualityOfServiceLevel.ExactlyOnce, Duplicate = true, Payload = new byte[20_000],
                Properties = new PacketProperties
                {
                    PayloadFormatIndicator = 1, MessageExpiryInterval = 1, TopicAlias = 4, ResponseTopic = "r", CorrelationData = [9], UserProperties = _user,
                    SubscriptionIdentifiers = [1, 268_435_455], ContentType = "t",
                },
            }
        },
        { "PUBACK, bare", new AckPacket(MqttControlPacketType.PubAck, 1) },
        { "PUBACK, refusing", new AckPacket(MqttControlPacketType.PubAck, 1, 0x87) { Properties = WithReason } },
        { "PUBREC", new AckPacket(MqttControlPacketType.PubRec, 2, 0x10) },
        { "PUBREL", new AckPacket(MqttControlPacketType.PubRel, 3) { Properties = WithReason } },
        { "PUBCOMP", new AckPacket(MqttControlPacketType.PubComp, 4, 0x92) },
        {
            "SUBSCRIBE", new SubscribePacket
            {
                PacketId = 5,
                Filters =
                [
                    new MqttTopicFilter { Topic = "a/+", QualityOfServiceLevel = MqttQualityOfServiceLevel.ExactlyOnce, NoLocal = true },
                    new MqttTopicFilter { Topic = "#", RetainAsPublished = true, RetainHandling = MqttRetainHandling.DoNotSendOnSubscribe },
                ],
                Properties = new PacketProperties { SubscriptionIdentifiers = [128], UserProperties = _user },
            }
        },
        { "SUBACK", new FilterAckPacket(MqttControlPacketType.SubAck, 5) { ReasonCodes = [0, 2, 0x87], Properties = WithReason } },
        { "UNSUBSCRIBE", new UnsubscribePacket { PacketId = 6, Filters = ["a", "b/#"], Properties = new PacketProperties { UserProperties = _user } } },
        { "UNSUBACK", new FilterAckPacket(MqttControlPacketType.UnsubAck, 6) { ReasonCodes = [0, 17] } },
        { "PINGREQ", PingReqPacket.Instance },
        { "PINGRESP", PingRespPacket.Instance },
        { "DISCONNECT, bare", new DisconnectPacket() },
        {
            "DISCONNECT, full", new DisconnectPacket
            {
                ReasonCode = MqttDisconnectReasonCode.SessionTakenOver,
                Properties = new PacketProperties { SessionExpiryInterval = 3, ServerReference = "s", ReasonString = "r", UserProperties = _user },
            }
        },
        { "AUTH", new AuthPacket { ReasonCode = 0x18, Properties = new PacketProperties { AuthenticationMethod = "m", AuthenticationData = [1], ReasonString = "r" } } },
    };

    [Theory]
    [MemberData(nameof(Packets))]
    public void A_packet_of_MQTT_5_comes_back_as_it_went(string name, object written)
    {
        var packet = (Packet)written;
        var read = RoundTrip(packet, MqttProtocolVersion.V500);

        read.Should().BeOfType(packet.GetType(), name);
        Describe(read).Should().Be(Describe(packet), name);
    }

    [Theory]
    [MemberData(nameof(Packets))]
    public void A_packet_that_ends_early_is_malformed_at_every_length(string name, object written)
    {
        var packet = (Packet)written;
        var (firstByte, body) = Encode(packet, MqttProtocolVersion.V500);
        // The payload of PUBLISH and the codes of SUBACK and UNSUBACK have no length of their own; every prefix of them is whole.
        var fixedPart = packet switch
        {
            PublishPacket publish => body.Length - publish.Payload.Length,
            FilterAckPacket ack => body.Length - ack.ReasonCodes.Length,
            _ => body.Length,
        };
        var whole = WholePrefixes(packet, body);

        for (var length = 0; length < fixedPart; length++)
        {
            if (whole.Contains(length)) continue;

            var act = () => PacketDecoder.Read(firstByte, body.AsSpan(0, length), MqttProtocolVersion.V500);
            act.Should().Throw<MalformedPacketException>($"{name} was cut to {length} of {body.Length} bytes");
        }
    }

    [Theory]
    [MemberData(nameof(Packets))]
    public void A_packet_with_bytes_behind_its_end_is_refused(string name, object written)
    {
        var packet = (Packet)written;
        if (packet is PublishPacket or FilterAckPacket or SubscribePacket or UnsubscribePacket) return;

        var (firstByte, body) = Encode(packet, MqttProtocolVersion.V500);
        var act = () => PacketDecoder.Read(firstByte, (byte[])[.. body, 0, 0, 0, 0], MqttProtocolVersion.V500);

        act.Should().Throw<MalformedPacketException>(name);
    }

    [Fact]
    public void Any_message_comes_back_as_it_went()
    {
        var packets =
            from topic in Text(1)
            from payload in ArbMap.Default.GeneratorFor<byte[]>()
            from quality in Gen.Choose(0, 2)
            from id in Gen.Choose(1, 65535)
            from expiry in ArbMap.Default.GeneratorFor<uint?>()
            from name in Text(0)
            from value in Text(0)
            select new PublishPacket
            {
                Topic = topic,
                Payload = payload ?? [],
                Quality = (MqttQualityOfServiceLevel)quality,
                PacketId = quality == 0 ? (ushort)0 : (ushort)id,
                Properties = new PacketProperties { MessageExpiryInterval = expiry, UserProperties = [Property(name, value)] },
            };

        Prop.ForAll(packets.ToArbitrary(), packet => Describe(RoundTrip(packet, MqttProtocolVersion.V500)) == Describe(packet))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_bytes_are_a_packet_or_refused_and_nothing_else()
    {
        var noise =
            from first in Gen.Choose(0, 255)
            from body in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf()
            from isV5 in ArbMap.Default.GeneratorFor<bool>()
            select (First: (byte)first, Body: body, Version: isV5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311);

        Prop.ForAll(noise.ToArbitrary(), bytes =>
        {
            try
            {
                return PacketDecoder.Read(bytes.First, bytes.Body, bytes.Version) is not null;
            }
            catch (Exception refused) when (refused is MalformedPacketException or UnsupportedVersionException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Theory]
    [InlineData(MqttConnectReasonCode.Success, 0)]
    [InlineData(MqttConnectReasonCode.UnsupportedProtocolVersion, 1)]
    [InlineData(MqttConnectReasonCode.ClientIdentifierNotValid, 2)]
    [InlineData(MqttConnectReasonCode.ServerBusy, 3)]
    [InlineData(MqttConnectReasonCode.BadUserNameOrPassword, 4)]
    [InlineData(MqttConnectReasonCode.NotAuthorized, 5)]
    public void CONNACK_of_MQTT_3_1_1_has_its_own_codes(MqttConnectReasonCode reason, byte code)
    {
        var (_, body) = Encode(new ConnAckPacket { ReasonCode = reason }, MqttProtocolVersion.V311);

        body.Should().Equal(0, code);
    }

    [Fact]
    public void MQTT_3_1_1_leaves_out_what_it_does_not_know()
    {
        Encode(new AckPacket(MqttControlPacketType.PubAck, 1, 0x87), MqttProtocolVersion.V311).Body.Should().Equal(0, 1);
        Encode(new DisconnectPacket { ReasonCode = MqttDisconnectReasonCode.ProtocolError }, MqttProtocolVersion.V311).Body.Should().BeEmpty();
        Encode(new FilterAckPacket(MqttControlPacketType.SubAck, 1) { ReasonCodes = [1, 0x87] }, MqttProtocolVersion.V311).Body.Should().Equal(0, 1, 1, 0x80);
        Encode(new FilterAckPacket(MqttControlPacketType.UnsubAck, 1) { ReasonCodes = [0] }, MqttProtocolVersion.V311).Body.Should().Equal(0, 1);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(127, 1)]
    [InlineData(128, 2)]
    [InlineData(16_383, 2)]
    [InlineData(16_384, 3)]
    [InlineData(2_097_151, 3)]
    [InlineData(2_097_152, 4)]
    [InlineData(268_435_455, 4)]
    public void A_variable_byte_integer_takes_as_few_bytes_as_it_can(uint value, int size)
    {
        var writer = new WireWriter();
        writer.VariableInteger(value);

        writer.Length.Should().Be(size);
        new WireReader(writer.Written.Span).VariableInteger().Should().Be(value);
    }

    private static Gen<string> Text(int least) =>
        from size in Gen.Choose(least, 40)
        from characters in Gen.Elements("abcXYZ/019 äß€漢😀".EnumerateRunes().Select(rune => rune.ToString())).ArrayOf(size)
        select string.Concat(characters);

    private static (byte FirstByte, byte[] Body) Encode(Packet packet, MqttProtocolVersion version)
    {
        var writer = new WireWriter();
        PacketEncoder.Write(writer, packet, version);
        var reader = new WireReader(writer.Written.Span);
        var firstByte = reader.Byte();
        var length = reader.VariableInteger();
        length.Should().Be((uint)reader.Remaining);
        return (firstByte, reader.Rest());
    }

    private static Packet RoundTrip(Packet packet, MqttProtocolVersion version)
    {
        var (firstByte, body) = Encode(packet, version);
        return PacketDecoder.Read(firstByte, body, version);
    }

    /// <summary>Lengths at which a packet may rightly end: reason codes, properties and further filters are optional.</summary>
    private static HashSet<int> WholePrefixes(Packet packet, byte[] body) => packet switch
    {
        AckPacket => [2, 3],
        DisconnectPacket or AuthPacket => [0, 1],
        ConnAckPacket => [2],
        SubscribePacket subscribe => [body.Length - 3 - Encoding.UTF8.GetByteCount(subscribe.Filters[^1].Topic)],
        UnsubscribePacket unsubscribe => [body.Length - 2 - Encoding.UTF8.GetByteCount(unsubscribe.Filters[^1])],
        _ => [],
    };

    private static string Describe(object value) => System.Text.Json.JsonSerializer.Serialize(value, value.GetType());
}
