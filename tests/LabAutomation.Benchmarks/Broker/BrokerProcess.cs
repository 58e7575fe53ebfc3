using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LabAutomation.Benchmarks.Broker;

/// <summary>A broker under measurement: this program started once more, or mosquitto.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private const string Mosquitto = "/usr/sbin/mosquitto";
    private readonly Process _process;
    private readonly string? _configuration;

    private BrokerProcess(Process process, int port, string? configuration = null)
    {
        _process = process;
        _configuration = configuration;
        Port = port;
    }

    public static bool HasMosquitto => File.Exists(Mosquitto);

    public int Port { get; }

    public static BrokerProcess StartOwn(params string[] arguments)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(BrokerProcess).Assembly.Location);
        foreach (var argument in (string[])["broker-host", port.ToString(CultureInfo.InvariantCulture), .. arguments]) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        if (process.StandardOutput.ReadLine() != "ready") throw new InvalidOperationException("The broker's process did not start; what it wrote is above.");
        return new BrokerProcess(process, port);
    }

    /// <summary>No persistence, no limits on what is in flight or queued, and no delay in TCP: the same conditions as the stand-in.</summary>
    public static BrokerProcess StartMosquitto()
    {
        var port = FreePort();
        var configuration = Path.GetTempFileName();
        File.WriteAllText(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            listener {port} 127.0.0.1
            allow_anonymous true
            set_tcp_nodelay true
            max_inflight_messages 0
            max_queued_messages 0
            persistence false
            log_type none

            """));
        var process = Process.Start(new ProcessStartInfo(Mosquitto, ["-c", configuration]))!;
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var probe = new TcpClient();
                probe.Connect(IPAddress.Loopback, port);
                return new BrokerProcess(process, port, configuration);
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }

        throw new InvalidOperationException("mosquitto does not listen.");
    }

    /// <summary>Resident memory, MB (10^6 bytes), as the kernel counts it.</summary>
    public double ResidentMegabytes()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    public (long Enqueued, long Dropped) Counts()
    {
        _process.StandardInput.WriteLine();
        var numbers = _process.StandardOutput.ReadLine()!.Split(' ');
        return (long.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        if (_configuration is not null) File.Delete(_configuration);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
