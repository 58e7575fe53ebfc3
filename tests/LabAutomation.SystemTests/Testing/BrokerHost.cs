using System.Diagnostics;
using System.Globalization;
using System.Net;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.Testing;

/// <summary>A broker in a process of its own, so that a test can kill it. The process is this test program, started once more.</summary>
internal sealed class BrokerHost : IDisposable
{
    private readonly Process _process;

    private BrokerHost(Process process) => _process = process;

    public static async Task<int> RunAsync(string port, string directory)
    {
        var options = new MqttServerFactory().CreateServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(int.Parse(port, CultureInfo.InvariantCulture))
            .WithConnectionBacklog(1000)
            .WithPersistentSessions()
            .WithMaxPendingMessagesPerClient(10_000)
            .Build();
        using var server = new MqttServerFactory().CreateMqttServer(options);
        server.ServerSessionItems["SessionDirectory"] = directory;
        await server.StartAsync();
        await Console.Out.WriteLineAsync("ready");
        await Console.In.ReadLineAsync();
        return 0;
    }

    public static BrokerHost Start(int port, string directory)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(BrokerHost).Assembly.Location, "broker-host", port.ToString(CultureInfo.InvariantCulture), directory])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var host = new BrokerHost(Process.Start(start)!);
        host._process.StandardOutput.ReadLine().Should().Be("ready");
        return host;
    }

    /// <summary>Ends the process as kill -9 does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }
}
