using System.Security.Cryptography.X509Certificates;
using MQTTnet;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>mosquitto on a free port, and the clients that were connected to it.</summary>
internal sealed class MosquittoBroker : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mosquitto").FullName;
    private readonly List<IMqttClient> _clients = [];
    private ForeignProgram? _program;

    public int Port { get; } = BrokerFixture.FreePort();

    /// <param name="certificate">Where given, it speaks TLS alone.</param>
    public static async Task<MosquittoBroker> StartAsync(X509Certificate2? certificate = null)
    {
        var program = ForeignProgram.Require("mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto");
        var broker = new MosquittoBroker();
        var configuration = broker.In("mosquitto.conf");
        await File.WriteAllTextAsync(configuration, $"""
            listener {broker.Port} 127.0.0.1
            allow_anonymous true
            set_tcp_nodelay true
            max_queued_messages 0
            {(certificate is null ? "" : await broker.SecureAsync(certificate))}
            """);
        // It gives up its rights where it has those of root, and could not read its key after that.
        broker._program = ForeignProgram.Start(program, "-c", configuration);
        await ForeignProgram.WaitForPortAsync(broker.Port);
        return broker;
    }

    public async Task<IMqttClient> ConnectAsync(string clientId, Action<MqttClientOptionsBuilder>? configure = null)
    {
        var options = BrokerFixture.OptionsFor(Port, clientId);
        configure?.Invoke(options);
        var client = new MqttClientFactory().CreateMqttClient();
        _clients.Add(client);
        (await client.ConnectAsync(options.Build())).ResultCode.Should().Be(MqttClientConnectResultCode.Success);
        return client;
    }

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
        _program?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string In(string file) => Path.Combine(_folder, file);

    private async Task<string> SecureAsync(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(In("certificate.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(In("key.pem"), key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode everybody = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
            File.SetUnixFileMode(_folder, everybody | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            File.SetUnixFileMode(In("key.pem"), everybody);
        }

        return $"certfile {In("certificate.pem")}\nkeyfile {In("key.pem")}";
    }
}
