#nullable disable
using System.Security.Cryptography.X509Certificates;

namespace MQTTnet.Certificates;

/// <summary>A certificate that is already loaded.</summary>
public class X509CertificateProvider(X509Certificate2 certificate) : ICertificateProvider
{
    private readonly X509Certificate2 _certificate = certificate ?? throw new ArgumentNullException(nameof(certificate));

    public X509Certificate2 GetCertificate() => _certificate;
}
