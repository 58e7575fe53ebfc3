#nullable disable
using System.Security.Cryptography.X509Certificates;

namespace MQTTnet.Certificates;

/// <summary>A certificate in memory: PKCS#12 with a password, DER or PEM without one.</summary>
public class BlobCertificateProvider(byte[] blob) : ICertificateProvider
{
    public byte[] Blob { get; } = blob ?? throw new ArgumentNullException(nameof(blob));

    public string Password { get; set; }

    public X509Certificate2 GetCertificate() => string.IsNullOrEmpty(Password)
        ? X509CertificateLoader.LoadCertificate(Blob)
        : X509CertificateLoader.LoadPkcs12(Blob, Password);
}
