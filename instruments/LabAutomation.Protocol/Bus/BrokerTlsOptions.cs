namespace LabAutomation.Protocol;

/// <summary>TLS towards the broker. Its certificate and its name are always verified; nothing here switches that off.</summary>
public sealed record BrokerTlsOptions
{
    /// <summary>Needed only where no file is given: the broker's authority is then one that this machine trusts.</summary>
    public bool Enabled { get; init; }

    /// <summary>Certificates (PEM) of the authorities that are trusted, instead of those of this machine.</summary>
    public string? CaFile { get; init; }

    /// <summary>The certificate (PEM) that this client shows; with <see cref="KeyFile"/>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Its private key (PEM, without a password), which only its owner may read.</summary>
    public string? KeyFile { get; init; }

    public bool IsUsed => Enabled || CaFile is not null || CertificateFile is not null || KeyFile is not null;

    /// <returns>Null where TLS is not used.</returns>
    /// <exception cref="BrokerLinkException">A file cannot be used.</exception>
    internal MqttTls? Open()
    {
        if (!IsUsed) return null;
        if (CertificateFile is null != KeyFile is null)
            throw new BrokerLinkException($"Tls:{nameof(KeyFile)}", "Tls:CertificateFile and Tls:KeyFile are given together");
        return new MqttTls(
            CaFile is null ? null : PemFiles.ReadAuthorities("Tls:CaFile", CaFile),
            CertificateFile is null ? null : PemFiles.ReadCertificate("Tls:CertificateFile", CertificateFile, "Tls:KeyFile", KeyFile!));
    }
}
