#nullable disable
namespace MQTTnet;

/// <summary>Gives the user name and password for each attempt to connect.</summary>
public interface IMqttClientCredentialsProvider
{
    byte[] GetPassword(MqttClientOptions clientOptions);

    string GetUserName(MqttClientOptions clientOptions);
}

/// <summary>A user name and password that do not change.</summary>
public sealed class MqttClientCredentials(string userName, byte[] password = null) : IMqttClientCredentialsProvider
{
    public byte[] GetPassword(MqttClientOptions clientOptions) => password;

    public string GetUserName(MqttClientOptions clientOptions) => userName;
}
