using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.Benchmarks;

/// <summary>Sends spoiled packets to a running broker, first and in the middle of sessions, while a well-behaved client goes on talking.</summary>
internal sealed class BrokerFuzz(int packets, int seed)
{
    private const int Senders = 4;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private readonly FaultCount _faults = new();
    private int _sent, _sessions, _hangs;
    private double _longestPing;

    public async Task<FuzzReport> RunAsync()
    {
        using var faults = _faults;
        var watch = Stopwatch.StartNew();
        var port = FreePort();
        var options = new MqttServerFactory().CreateServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(port)
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithPersistentSessions().WithMaxPendingMessagesPerClient(100).Build();
        using var server = new MqttServerFactory().CreateMqttServer(options);
        await server.StartAsync();
        using var good = new MqttClientFactory().CreateMqttClient();
        await good.ConnectAsync(new MqttClientFactory().CreateClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId("well-behaved").Build());
        using var over = new CancellationTokenSource();
        var pinging = PingAsync(good, over.Token);

        await SendAsync(port, 0, packets / 5);
        await server.DeleteRetainedMessagesAsync();
        var before = FaultCount.Memory();
        await SendAsync(port, 1, packets - _sent);
        await server.DeleteRetainedMessagesAsync();
        var open = await OpenAsync(server);
        var after = FaultCount.Memory();

        await over.CancelAsync();
        await pinging;
        await server.StopAsync(new MqttServerStopOptions());
        return new FuzzReport(
            _sent, _sessions, watch.Elapsed.TotalSeconds, faults.Faults, _hangs, _longestPing, after.Heap - before.Heap, after.WorkingSet - before.WorkingSet, open, faults.First);
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task SendAsync(int port, int round, int count)
    {
        var until = _sent + count;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            var random = new Random(HashCode.Combine(seed, round, sender));
            while (Volatile.Read(ref _sent) < until) await OneSessionAsync(port, random);
        })));
    }

    private async Task OneSessionAsync(int port, Random random)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
        using var patience = new CancellationTokenSource(_patience);
        var bytes = new FuzzBytes(random, random.Next(4) > 0);
        Interlocked.Increment(ref _sessions);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, patience.Token);
            var connect = bytes.Connect($"fuzz-{random.Next(50)}");
            var isFirst = random.Next(4) == 0;
            await socket.SendAsync(isFirst ? Count(Mutation.Of(connect, random)) : connect, patience.Token);
            var reading = ReadToEndAsync(socket, patience.Token);
            // Only spoiled packets count, and few of them: the first that is noticed ends the connection.
            for (var i = random.Next(6); i > 0; i--) await socket.SendAsync(bytes.FromClient(), patience.Token);
            for (var i = random.Next(1, 4); i > 0; i--) await socket.SendAsync(Count(Mutation.Of(bytes.FromClient(), random)), patience.Token);

            // One in four vanishes without a word; the others wait for the broker to close.
            if (random.Next(4) == 0) return;

            socket.Shutdown(SocketShutdown.Send);
            await reading;
        }
        catch (SocketException)
        {
            // The broker has closed the connection, as it should.
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _hangs);
        }
    }

    private byte[] Count(byte[] packet)
    {
        Interlocked.Increment(ref _sent);
        return packet;
    }

    private static async Task ReadToEndAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, cancellationToken) > 0)
            {
                // What the broker answers is of no interest here.
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // A reset ends the stream as well.
        }
    }

    private async Task PingAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                await client.PingAsync(CancellationToken.None).WaitAsync(_patience, CancellationToken.None);
                await client.PublishStringAsync("well-behaved", "x", MqttQualityOfServiceLevel.AtLeastOnce).WaitAsync(_patience, CancellationToken.None);
            }
            catch (Exception fault)
            {
                _hangs++;
                _faults.Add(fault);
                return;
            }

            _longestPing = Math.Max(_longestPing, watch.Elapsed.TotalSeconds);
            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <returns>Connections that the broker still holds, besides that of the well-behaved client.</returns>
    private static async Task<int> OpenAsync(MqttServer server)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var open = (await server.GetClientsAsync()).Count - 1;
            if (open == 0 || watch.Elapsed > _patience) return open;
            await Task.Delay(50);
        }
    }
}
