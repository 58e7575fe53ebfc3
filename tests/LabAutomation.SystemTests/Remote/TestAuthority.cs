using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Remote;

/// <summary>An authority of this test alone, and what it vouches for, as PEM files.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private int _issued;

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=Authority of a test", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(2));
        CaFile = _folder.Write("ca.pem", _certificate.ExportCertificatePem());
    }

    public string CaFile { get; }

    /// <summary>For a server that goes by this name or address.</summary>
    public (string Certificate, string Key) Server(string host, bool expired = false)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(host);
        return Issue(host, ServerAuthentication, names.Build(), expired);
    }

    public (string Certificate, string Key) Client(string name) => Issue(name, ClientAuthentication, null, expired: false);

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    private (string Certificate, string Key) Issue(string name, string purpose, X509Extension? names, bool expired)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        if (names is not null) request.CertificateExtensions.Add(names);
        var now = DateTimeOffset.UtcNow;
        var (from, to) = expired ? (now.AddDays(-30), now.AddDays(-1)) : (now.AddDays(-1), now.AddDays(30));
        using var certificate = request.Create(_certificate, from, to, BitConverter.GetBytes(++_issued));
        var certificateFile = _folder.Write($"{_issued}.pem", certificate.ExportCertificatePem());
        var keyFile = _folder.Write($"{_issued}.key", key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(keyFile, Closed);
        return (certificateFile, keyFile);
    }
}
