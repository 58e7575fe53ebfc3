using System.Net;
using System.Security.Cryptography.X509Certificates;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Broker;

/// <summary>Where the embedded broker listens for other machines.</summary>
/// <param name="Certificate">With its key.</param>
/// <param name="ClientAuthorities">Whose client certificates stand in place of a password; null where none does.</param>
internal sealed record BrokerEndpoint(IPAddress Address, X509Certificate2 Certificate, X509Certificate2Collection? ClientAuthorities = null)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <returns>Null where it listens for this machine alone, without TLS.</returns>
    /// <exception cref="LabException">A file cannot be used.</exception>
    public static BrokerEndpoint? Of(BrokerOptions options)
    {
        if (options.Tls.CertificateFile is not { } certificate) return null;
        try
        {
            return new BrokerEndpoint(
                IPAddress.Parse(options.Listen),
                PemFiles.ReadCertificate("Tls:CertificateFile", certificate, "Tls:KeyFile", options.Tls.KeyFile!),
                options.Tls.ClientCaFile is { } authorities ? PemFiles.ReadAuthorities("Tls:ClientCaFile", authorities) : null);
        }
        catch (BrokerLinkException error)
        {
            throw new LabException(LabFault.Configuration, $"configuration: {BrokerOptions.Section}:{error.Message}", error);
        }
    }

    /// <summary>Whether one of the authorities vouches now for this certificate of a client. A lab's own authority rarely publishes what it revoked; accounts are removed instead.</summary>
    public bool Trusts(X509Certificate certificate)
    {
        if (ClientAuthorities is null || certificate is not X509Certificate2 shown) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(ClientAuthorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(ClientAuthentication));
        return chain.Build(shown);
    }
}
