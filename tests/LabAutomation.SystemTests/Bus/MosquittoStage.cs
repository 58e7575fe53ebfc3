using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LabAutomation.Protocol;
using LabAutomation.Tests.Protocol.Bus;

namespace LabAutomation.SystemTests.Bus;

/// <summary>Eclipse Mosquitto 2 with its dynamic security plug-in, in a folder of its own.</summary>
internal sealed class MosquittoStage : MqttStage
{
    private const string Program = "/usr/sbin/mosquitto";
    private const string Password = "known only to this test";

    private readonly string _plugin;
    private readonly bool _keeps;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mosquitto-");
    private Process? _process;
    private int _port;

    private MosquittoStage(string plugin, bool keeps) => (_plugin, _keeps) = (plugin, keeps);

    public override int BrokerPort => _port;

    /// <summary>Skips the test where Mosquitto is not installed, except where everything must be.</summary>
    /// <param name="keeps">Whether sessions and retained messages are on the disk after every change, so that they outlive kill -9.</param>
    public static async Task<MosquittoStage> OpenAsync(bool keeps = false)
    {
        var plugin = File.Exists(Program) ? FindPlugin() : null;
        if (plugin is null && Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException($"{Program} and its dynamic security plug-in must be installed here");
        Skip.If(plugin is null, "mosquitto 2 is not installed: apt-get install mosquitto");

        var stage = new MosquittoStage(plugin!, keeps);
        stage.Configure();
        await stage.StartBrokerAsync();
        return stage;
    }

    public override async Task StartBrokerAsync()
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            _port = FreePort();
            await File.WriteAllTextAsync(PathOf("mosquitto.conf"), $"""
                user root
                listener {_port} 127.0.0.1
                allow_anonymous false
                {(_keeps ? $"persistence true\npersistence_location {_folder.FullName}/\nautosave_on_changes true\nautosave_interval 1" : "persistence false")}
                log_type error
                set_tcp_nodelay true
                plugin {_plugin}
                plugin_opt_config_file {PathOf("security.json")}
                """);
            _process = Process.Start(new ProcessStartInfo(Program, ["-c", PathOf("mosquitto.conf")]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            for (var wait = 0; wait < 100 && !_process.HasExited; wait++)
            {
                if (await AcceptsAsync()) return;
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException($"mosquitto does not start: {await _process!.StandardError.ReadToEndAsync()}");
    }

    public override async Task StopBrokerAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    protected override string PasswordOf(string clientId) => Password;

    private static string? FindPlugin() =>
        Directory.EnumerateFiles("/usr/lib", "mosquitto_dynamic_security.so", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 }).FirstOrDefault();

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private async Task<bool> AcceptsAsync()
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Configure()
    {
        var security = new JsonObject
        {
            ["defaultACLAccess"] = new JsonObject { ["publishClientSend"] = false, ["publishClientReceive"] = true, ["subscribe"] = false, ["unsubscribe"] = true },
            ["clients"] = new JsonArray([.. Accounts.Keys.Select(Client)]),
            ["roles"] = new JsonArray([.. Accounts.Select(account => Role(account.Key, account.Value))]),
        };
        File.WriteAllText(PathOf("security.json"), security.ToJsonString());
    }

    private static JsonNode Client(string clientId)
    {
        var salt = RandomNumberGenerator.GetBytes(12);
        const int iterations = 101;
        return new JsonObject
        {
            ["username"] = clientId,
            ["clientid"] = clientId,
            ["password"] = Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(Password, salt, iterations, HashAlgorithmName.SHA512, 64)),
            ["salt"] = Convert.ToBase64String(salt),
            ["iterations"] = iterations,
            ["roles"] = new JsonArray(new JsonObject { ["rolename"] = clientId }),
        };
    }

    private static JsonNode Role(string name, BrokerAccess access) => new JsonObject
    {
        ["rolename"] = name,
        ["acls"] = new JsonArray(
        [
            .. access.Publish.Select(filter => Acl("publishClientSend", filter)),
            .. access.Subscribe.Select(filter => Acl("subscribePattern", filter)),
        ]),
    };

    private static JsonNode Acl(string type, string topic) => new JsonObject { ["acltype"] = type, ["topic"] = topic, ["priority"] = 0, ["allow"] = true };
}
