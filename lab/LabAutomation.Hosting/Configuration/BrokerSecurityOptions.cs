namespace LabAutomation.Hosting;

/// <summary>Section <c>Broker:Tls</c>: TLS of the embedded broker, or towards another one.</summary>
public sealed class BrokerSecurityOptions
{
    /// <summary>Another broker's authority is one that this machine trusts.</summary>
    public bool Enabled { get; set; }

    /// <summary>Certificates (PEM) of the authorities that vouch for another broker.</summary>
    public string? CaFile { get; set; }

    /// <summary>Certificate (PEM) of the embedded broker, or the one that the lab shows to another broker.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>Its private key (PEM), which only its owner may read.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Certificates (PEM) of the authorities whose client certificates the embedded broker takes in place of a password.</summary>
    public string? ClientCaFile { get; set; }
}
