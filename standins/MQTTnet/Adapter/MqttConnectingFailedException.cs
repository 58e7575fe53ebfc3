using MQTTnet.Exceptions;

namespace MQTTnet.Adapter;

/// <summary>The server was reached but CONNECT was not answered with CONNACK.</summary>
public sealed class MqttConnectingFailedException(string message, Exception innerException) : MqttCommunicationException(message, innerException);
