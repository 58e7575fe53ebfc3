using System.ComponentModel.DataAnnotations;
using System.Net;

namespace LabAutomation.Protocol;

/// <summary>How a program of the lab reaches an MQTT 5 broker, as a configuration file says it. Secrets stand in files of their own.</summary>
public sealed record BrokerLinkOptions
{
    /// <summary>Stands in ids, accounts and file names for the client's own name, such as <c>agents</c> or <c>driver-pump-cyan</c>.</summary>
    public const string Client = "{client}";

    /// <summary>Name or address of the broker's machine. With TLS its certificate must bear this name.</summary>
    [Required(ErrorMessage = "Host is the name or the address of the broker's machine")]
    public string Host { get; init; } = "";

    /// <summary>TCP port; 0 stands for 8883 with TLS and 1883 without.</summary>
    [Range(0, 65535, ErrorMessage = "Port is 1 to 65535, or 0 for 8883 with TLS and 1883 without")]
    public int Port { get; init; }

    /// <summary>Unique on the broker; the <see cref="UserName"/> unless given.</summary>
    [RegularExpression("[A-Za-z0-9._-]{1,64}", ErrorMessage = "ClientId is one to 64 letters, digits, '-', '_' or '.'")]
    public string? ClientId { get; init; }

    /// <summary>The account on the broker.</summary>
    public string? UserName { get; init; }

    /// <summary>File with the password alone, which only its owner may read. A password stands nowhere else.</summary>
    public string? PasswordFile { get; init; }

    public BrokerTlsOptions Tls
    {
        get;
        init => field = value ?? new();     // as "Tls": null in a file
    } = new();

    /// <summary>Seconds without a packet after which either side asks whether the other is alive; 1 to 3600.</summary>
    [Range(1, 3600, ErrorMessage = "KeepAlive is 1 to 3600 seconds")]
    public int KeepAlive { get; init; } = 10;

    /// <summary>Unacknowledged messages in each direction before a sender has to wait; 1 to 1000.</summary>
    [Range(1, 1000, ErrorMessage = "MaximumInFlight is 1 to 1000 messages")]
    public int MaximumInFlight { get; init; } = 64;

    /// <summary>The port that <see cref="Port"/> stands for.</summary>
    public int EffectivePort => Port != 0 ? Port : Tls.IsUsed ? 8883 : 1883;

    private bool IsThisMachine => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>The same link as used by one of the clients of a program.</summary>
    public BrokerLinkOptions For(string client)
    {
        return this with
        {
            ClientId = Named(ClientId),
            UserName = Named(UserName),
            PasswordFile = Named(PasswordFile),
            Tls = Tls with { CertificateFile = Named(Tls.CertificateFile), KeyFile = Named(Tls.KeyFile) },
        };

        string? Named(string? text) => text?.Replace(Client, client, StringComparison.Ordinal);
    }

    /// <summary>Checks every option, reads the files and gives what a bus client needs.</summary>
    /// <param name="will">Published by the broker when the link is lost without a farewell.</param>
    /// <exception cref="BrokerLinkException">An option is missing or wrong, or a file cannot be used; the message names the option.</exception>
    public MqttLabBusOptions Open(BusMessage? will = null)
    {
        var results = new List<ValidationResult>();
        if (!Validator.TryValidateObject(this, new ValidationContext(this), results, validateAllProperties: true))
            throw new BrokerLinkException(results[0].MemberNames.FirstOrDefault() ?? "", results[0].ErrorMessage ?? "");
        var clientId = ClientId ?? UserName
            ?? throw new BrokerLinkException(nameof(UserName), "UserName is the account on the broker; without one a ClientId is needed");
        if (!Topics.IsName(clientId)) throw new BrokerLinkException(nameof(UserName), $"UserName '{clientId}' cannot be the client id as well; give a ClientId of 1 to 64 letters, digits, '-', '_' or '.'");
        if (PasswordFile is not null && UserName is null) throw new BrokerLinkException(nameof(UserName), "PasswordFile needs the UserName whose password it holds");
        if (!Tls.IsUsed && !IsThisMachine)
            throw new BrokerLinkException(nameof(Tls), $"Tls is needed where the broker is on another machine ('{Host}'): give Tls:CaFile, or Tls:Enabled=true where this machine trusts the broker's authority");
        return new MqttLabBusOptions
        {
            Host = Host,
            Port = EffectivePort,
            ClientId = clientId,
            UserName = UserName,
            Password = PasswordFile is null ? null : SecretFile.ReadPassword(nameof(PasswordFile), PasswordFile),
            Tls = Tls.Open(),
            Will = will,
            StaysAwayWhenTakenOver = will is not null,      // whoever leaves a will speaks for an instrument, of which there is one
            KeepAlive = TimeSpan.FromSeconds(KeepAlive),
            MaximumInFlight = MaximumInFlight,
        };
    }
}
