#nullable disable
using System.Security.Cryptography.X509Certificates;

namespace MQTTnet.Certificates;

/// <summary>Gives the server's certificate for a new connection, so that it can be renewed while the server runs.</summary>
public interface ICertificateProvider
{
    X509Certificate2 GetCertificate();
}
