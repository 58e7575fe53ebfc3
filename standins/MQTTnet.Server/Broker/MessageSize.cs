namespace MQTTnet.Server;

/// <summary>About how many bytes of memory a message holds; what clients can fill is bounded by it.</summary>
internal static class MessageSize
{
    private const int Message = 200, UserProperty = 64;

    public static long Of(MqttApplicationMessage message)
    {
        var size = Message + message.Payload.Length + (message.CorrelationData?.Length ?? 0)
            + (sizeof(char) * ((long)message.Topic.Length + (message.ContentType?.Length ?? 0) + (message.ResponseTopic?.Length ?? 0)));
        foreach (var property in message.UserProperties ?? []) size += UserProperty + property.Name.Length + property.ValueBuffer.Length;
        return size;
    }
}
