namespace MQTTnet.Exceptions;

/// <summary>Something that MQTT does not allow was asked for or received.</summary>
public class MqttProtocolViolationException(string message) : Exception(message)
{
    public const uint VariableByteIntegerMaxValue = 268_435_455;

    public static void ThrowIfVariableByteIntegerExceedsLimit(uint value)
    {
        if (value > VariableByteIntegerMaxValue)
            throw new MqttProtocolViolationException($"{value} does not fit a variable byte integer, whose largest value is {VariableByteIntegerMaxValue}.");
    }
}
