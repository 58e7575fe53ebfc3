using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LabAutomation.Protocol;

/// <summary>Certificates and keys in PEM files, as openssl and every authority write them.</summary>
public static class PemFiles
{
    /// <exception cref="BrokerLinkException">The file is missing or holds no certificate.</exception>
    public static X509Certificate2Collection ReadAuthorities(string option, string path)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            if (!File.Exists(path)) throw new BrokerLinkException(option, $"{option}: there is no file '{path}'");
            authorities.ImportFromPemFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new BrokerLinkException(option, $"{option} '{path}' cannot be read: {error.Message}", error);
        }

        return authorities.Count > 0 ? authorities : throw new BrokerLinkException(option, $"{option} '{path}' holds no certificate (PEM, 'BEGIN CERTIFICATE')");
    }

    /// <summary>The first certificate of one file with the key of the other.</summary>
    /// <exception cref="BrokerLinkException">A file is missing or holds something else, the key is open to others, or the two do not belong together.</exception>
    public static X509Certificate2 ReadCertificate(string certificateOption, string certificatePath, string keyOption, string keyPath)
    {
        var certificate = ReadAuthorities(certificateOption, certificatePath)[0];
        var key = SecretFile.Read(keyOption, keyPath);
        try
        {
            using var both = X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), key);

            // A key that lives in memory alone is not taken by every platform's TLS.
            return X509CertificateLoader.LoadPkcs12(both.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new BrokerLinkException(keyOption, $"{keyOption} '{keyPath}' is not the key (PEM, without a password) of the certificate '{certificatePath}'", error);
        }
    }
}
