using MQTTnet.Packets;

namespace MQTTnet.Wire;

/// <summary>Writes the property section of a packet (MQTT 5, 2.2.2).</summary>
internal static class PropertyWriter
{
    public static void Write(WireWriter writer, PacketProperties properties)
    {
        if (ReferenceEquals(properties, PacketProperties.None))
        {
            writer.Byte(0);
            return;
        }

        var start = writer.Length;
        Byte(writer, 1, properties.PayloadFormatIndicator);
        UInt32(writer, 2, properties.MessageExpiryInterval);
        String(writer, 3, properties.ContentType);
        String(writer, 8, properties.ResponseTopic);
        Binary(writer, 9, properties.CorrelationData);
        foreach (var identifier in properties.SubscriptionIdentifiers ?? [])
        {
            writer.Byte(11);
            writer.VariableInteger(identifier);
        }

        UInt32(writer, 17, properties.SessionExpiryInterval);
        String(writer, 18, properties.AssignedClientIdentifier);
        UInt16(writer, 19, properties.ServerKeepAlive);
        String(writer, 21, properties.AuthenticationMethod);
        Binary(writer, 22, properties.AuthenticationData);
        Flag(writer, 23, properties.RequestProblemInformation);
        UInt32(writer, 24, properties.WillDelayInterval);
        Flag(writer, 25, properties.RequestResponseInformation);
        String(writer, 26, properties.ResponseInformation);
        String(writer, 28, properties.ServerReference);
        String(writer, 31, properties.ReasonString);
        UInt16(writer, 33, properties.ReceiveMaximum);
        UInt16(writer, 34, properties.TopicAliasMaximum);
        UInt16(writer, 35, properties.TopicAlias);
        Byte(writer, 36, properties.MaximumQoS);
        Flag(writer, 37, properties.RetainAvailable);
        foreach (var property in properties.UserProperties ?? [])
        {
            writer.Byte(38);
            writer.String(property.Name);
            writer.Binary(property.ValueBuffer.Span);
        }

        UInt32(writer, 39, properties.MaximumPacketSize);
        Flag(writer, 40, properties.WildcardSubscriptionAvailable);
        Flag(writer, 41, properties.SubscriptionIdentifiersAvailable);
        Flag(writer, 42, properties.SharedSubscriptionAvailable);
        writer.PrefixLength(start);
    }

    private static void Flag(WireWriter writer, byte identifier, bool? value) => Byte(writer, identifier, value is { } flag ? (byte)(flag ? 1 : 0) : null);

    private static void Byte(WireWriter writer, byte identifier, byte? value)
    {
        if (value is not { } number) return;

        writer.Byte(identifier);
        writer.Byte(number);
    }

    private static void UInt16(WireWriter writer, byte identifier, ushort? value)
    {
        if (value is not { } number) return;

        writer.Byte(identifier);
        writer.UInt16(number);
    }

    private static void UInt32(WireWriter writer, byte identifier, uint? value)
    {
        if (value is not { } number) return;

        writer.Byte(identifier);
        writer.UInt32(number);
    }

    private static void String(WireWriter writer, byte identifier, string? value)
    {
        if (value is null) return;

        writer.Byte(identifier);
        writer.String(value);
    }

    private static void Binary(WireWriter writer, byte identifier, byte[]? value)
    {
        if (value is null) return;

        writer.Byte(identifier);
        writer.Binary(value);
    }
}
