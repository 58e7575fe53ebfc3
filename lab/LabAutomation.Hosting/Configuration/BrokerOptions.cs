using System.ComponentModel.DataAnnotations;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>Section <c>Broker</c>: the embedded MQTT broker, or with <see cref="Host"/> one that runs elsewhere.</summary>
public sealed class BrokerOptions
{
    public const string Section = "Broker";

    /// <summary>TCP port. Of the embedded broker; 0 takes a free one. Of another broker; 0 is 8883 with TLS and 1883 without.</summary>
    [Range(0, 65535, ErrorMessage = "Broker:Port is 0 (any free port) to 65535")]
    public int Port { get; set; }

    /// <summary>Seconds without a packet after which either side asks whether the other is alive; 1 to 3600.</summary>
    [Range(1, 3600, ErrorMessage = "Broker:KeepAlive is 1 to 3600 seconds")]
    public int KeepAlive { get; set; } = 10;

    /// <summary>Unacknowledged messages per client before a publisher has to wait; 1 to 1000.</summary>
    [Range(1, 1000, ErrorMessage = "Broker:MaximumInFlight is 1 to 1000 messages")]
    public int MaximumInFlight { get; set; } = 64;

    /// <summary>IPv4 address on which the embedded broker listens; another than a loopback address needs a certificate.</summary>
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>Machine of another broker, which is then used instead of the embedded one.</summary>
    public string? Host { get; set; }

    /// <summary>Client id on another broker; <c>{client}</c> stands for the client's own name.</summary>
    public string? ClientId { get; set; }

    /// <summary>Account on another broker; <c>{client}</c> as above.</summary>
    public string? UserName { get; set; }

    /// <summary>File with the password of that account; <c>{client}</c> as above.</summary>
    public string? PasswordFile { get; set; }

    public BrokerSecurityOptions Tls
    {
        get;
        set => field = value ?? new();      // as "Tls": null in a file
    } = new();

    internal bool IsElsewhere => Host is not null;

    /// <summary>How the lab reaches another broker.</summary>
    internal BrokerLinkOptions Link => new()
    {
        Host = Host ?? "",
        Port = Port,
        ClientId = ClientId,
        UserName = UserName,
        PasswordFile = PasswordFile,
        Tls = new BrokerTlsOptions { Enabled = Tls.Enabled, CaFile = Tls.CaFile, CertificateFile = Tls.CertificateFile, KeyFile = Tls.KeyFile },
        KeepAlive = KeepAlive,
        MaximumInFlight = MaximumInFlight,
    };
}
