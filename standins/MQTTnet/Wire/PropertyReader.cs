using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MQTTnet.Wire;

/// <summary>Reads the property section of a packet (MQTT 5, 2.2.2) and refuses what does not belong there.</summary>
internal static class PropertyReader
{
    private const uint SubscriptionIdentifier = 11, UserProperty = 38;

    public static PacketProperties Read(ref WireReader reader, PropertySet allowed, bool severalSubscriptions = false)
    {
        var length = reader.VariableInteger();
        if (length == 0) return PacketProperties.None;

        var section = new WireReader(reader.Take((int)length));
        var properties = new PacketProperties();
        ulong seen = 0;
        while (section.Remaining > 0)
        {
            var identifier = section.VariableInteger();
            if (!allowed.Contains(identifier)) throw MalformedPacketException.Malformed($"Property {identifier} does not belong in this packet.");

            var bit = 1UL << (int)identifier;
            var mayRepeat = identifier == UserProperty || (identifier == SubscriptionIdentifier && severalSubscriptions);
            if ((seen & bit) != 0 && !mayRepeat) throw MalformedPacketException.Protocol($"Property {identifier} occurs twice.");

            seen |= bit;
            ReadOne(identifier, ref section, properties);
        }

        return properties;
    }

    private static void ReadOne(uint identifier, ref WireReader reader, PacketProperties properties)
    {
        switch (identifier)
        {
            case 1: properties.PayloadFormatIndicator = AtMostOne(reader.Byte(), identifier); break;
            case 2: properties.MessageExpiryInterval = reader.UInt32(); break;
            case 3: properties.ContentType = reader.String(); break;
            case 8: properties.ResponseTopic = Topic(reader.String()); break;
            case 9: properties.CorrelationData = reader.Binary(); break;
            case SubscriptionIdentifier: (properties.SubscriptionIdentifiers ??= []).Add(NotZero(reader.VariableInteger(), identifier)); break;
            case 17: properties.SessionExpiryInterval = reader.UInt32(); break;
            case 18: properties.AssignedClientIdentifier = reader.String(); break;
            case 19: properties.ServerKeepAlive = reader.UInt16(); break;
            case 21: properties.AuthenticationMethod = reader.String(); break;
            case 22: properties.AuthenticationData = reader.Binary(); break;
            case 23: properties.RequestProblemInformation = AtMostOne(reader.Byte(), identifier) == 1; break;
            case 24: properties.WillDelayInterval = reader.UInt32(); break;
            case 25: properties.RequestResponseInformation = AtMostOne(reader.Byte(), identifier) == 1; break;
            case 26: properties.ResponseInformation = reader.String(); break;
            case 28: properties.ServerReference = reader.String(); break;
            case 31: properties.ReasonString = reader.String(); break;
            case 33: properties.ReceiveMaximum = (ushort)NotZero(reader.UInt16(), identifier); break;
            case 34: properties.TopicAliasMaximum = reader.UInt16(); break;
            case 35: properties.TopicAlias = TopicAlias(reader.UInt16()); break;
            case 36: properties.MaximumQoS = AtMostOne(reader.Byte(), identifier); break;
            case 37: properties.RetainAvailable = AtMostOne(reader.Byte(), identifier) == 1; break;
            case UserProperty: (properties.UserProperties ??= []).Add(UserPair(ref reader)); break;
            case 39: properties.MaximumPacketSize = NotZero(reader.UInt32(), identifier); break;
            case 40: properties.WildcardSubscriptionAvailable = AtMostOne(reader.Byte(), identifier) == 1; break;
            case 41: properties.SubscriptionIdentifiersAvailable = AtMostOne(reader.Byte(), identifier) == 1; break;
            case 42: properties.SharedSubscriptionAvailable = AtMostOne(reader.Byte(), identifier) == 1; break;
            default: throw MalformedPacketException.Malformed($"Property {identifier} is not known.");
        }
    }

    private static MqttUserProperty UserPair(ref WireReader reader)
    {
        var name = reader.String();
        return new MqttUserProperty(name, new ReadOnlyMemory<byte>(System.Text.Encoding.UTF8.GetBytes(reader.String())));
    }

    private static byte AtMostOne(byte value, uint identifier) =>
        value <= 1 ? value : throw MalformedPacketException.Protocol($"Property {identifier} is {value}; it can be 0 or 1.");

    private static uint NotZero(uint value, uint identifier) =>
        value != 0 ? value : throw MalformedPacketException.Protocol($"Property {identifier} is 0; it must be at least 1.");

    private static ushort TopicAlias(ushort value) =>
        value != 0 ? value : throw new MalformedPacketException(MqttDisconnectReasonCode.TopicAliasInvalid, "The topic alias is 0; it must be at least 1.");

    private static string Topic(string topic)
    {
        try
        {
            MqttTopicValidator.ThrowIfInvalid(topic);
            return topic;
        }
        catch (MqttProtocolViolationException invalid)
        {
            throw MalformedPacketException.Protocol($"The response topic is not a topic. {invalid.Message}");
        }
    }
}
