using System.Net;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Broker;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.StandIns.MQTTnet;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.SystemTests.Remote;

/// <summary>A broker that speaks TLS with a certificate of the test's authority: the embedded one, or mosquitto.</summary>
internal sealed class SecureBroker : IAsyncDisposable
{
    public const string Embedded = "embedded";
    public const string Mosquitto = "mosquitto";

    private readonly TemporaryFolder _folder = new();
    private EmbeddedBroker? _broker;
    private ForeignProgram? _program;

    private SecureBroker(string site) => Site = site;

    public static TheoryData<string> Both => [Embedded, Mosquitto];

    public string Site { get; }

    public int Port { get; private set; }

    public TemporaryFolder Folder => _folder;

    public LabAccounts Accounts => new(_folder.At("data"));

    /// <param name="clientAuthority">File of the authority whose client certificates are taken; null for none.</param>
    public static async Task<SecureBroker> StartAsync(string kind, (string Certificate, string Key) certificate, string? clientAuthority = null)
    {
        var broker = new SecureBroker("site");
        try
        {
            if (kind == Embedded) await broker.StartEmbeddedAsync(certificate, clientAuthority);
            else await broker.StartMosquittoAsync(certificate, clientAuthority);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an account where the broker keeps accounts.</summary>
    /// <returns>The file of its password.</returns>
    public string Add(string name, string role)
    {
        var file = _folder.At($"{name}.password");
        Accounts.Add(name, role, file);
        return file;
    }

    public BrokerLinkOptions Link(string name, string authority, string? passwordFile, string host = "127.0.0.1") => new()
    {
        Host = host, Port = Port, UserName = name, PasswordFile = passwordFile, Tls = new BrokerTlsOptions { CaFile = authority }, KeepAlive = 2,
    };

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        _program?.Dispose();
        _folder.Dispose();
    }

    private async Task StartEmbeddedAsync((string Certificate, string Key) certificate, string? clientAuthority)
    {
        var options = new BrokerOptions { Tls = new BrokerSecurityOptions { CertificateFile = certificate.Certificate, KeyFile = certificate.Key, ClientCaFile = clientAuthority } };
        var lasting = new LastingAccounts(new AccountFile(_folder.At("data")), Site);
        _broker = new EmbeddedBroker(NullLogger<EmbeddedBroker>.Instance, BrokerEndpoint.Of(options), lasting);
        await _broker.StartAsync();
        Port = _broker.SecurePort;
    }

    private async Task StartMosquittoAsync((string Certificate, string Key) certificate, string? clientAuthority)
    {
        var program = ForeignProgram.Require("mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto");
        Port = BrokerFixture.FreePort();
        var configuration = _folder.Write("mosquitto.conf", $"""
            user root
            listener {Port} {IPAddress.Loopback}
            allow_anonymous true
            set_tcp_nodelay true
            certfile {certificate.Certificate}
            keyfile {certificate.Key}
            {(clientAuthority is null ? "" : $"cafile {clientAuthority}\nrequire_certificate true\nuse_identity_as_username true")}
            """);
        _program = ForeignProgram.Start(program, "-c", configuration);
        await ForeignProgram.WaitForPortAsync(Port);
    }
}
