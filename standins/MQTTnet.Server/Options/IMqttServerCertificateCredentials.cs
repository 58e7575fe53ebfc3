#nullable disable
namespace MQTTnet.Server;

/// <summary>What opens the server's certificate.</summary>
public interface IMqttServerCertificateCredentials
{
    string Password { get; }
}

/// <summary>A password that does not change.</summary>
public class MqttServerCertificateCredentials : IMqttServerCertificateCredentials
{
    public string Password { get; set; }
}
