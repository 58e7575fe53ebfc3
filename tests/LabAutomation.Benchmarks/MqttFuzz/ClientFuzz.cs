using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace LabAutomation.Benchmarks;

/// <summary>Lets clients connect to a server that answers with spoiled packets. Their calls must end, with an exception of MQTTnet or a result.</summary>
internal sealed class ClientFuzz(int packets, int seed)
{
    private const int Pairs = 4;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private readonly FaultCount _faults = new();
    private int _sent, _sessions, _hangs, _open;
    private double _longest;

    public async Task<FuzzReport> RunAsync()
    {
        using var faults = _faults;
        var watch = Stopwatch.StartNew();
        await SendAsync(0, packets / 5);
        var before = FaultCount.Memory();
        await SendAsync(1, packets - _sent);
        var after = FaultCount.Memory();
        return new FuzzReport(
            _sent, _sessions, watch.Elapsed.TotalSeconds, faults.Faults, _hangs, _longest, after.Heap - before.Heap, after.WorkingSet - before.WorkingSet, _open, faults.First);
    }

    private async Task SendAsync(int round, int count)
    {
        var until = _sent + count;
        await Task.WhenAll(Enumerable.Range(0, Pairs).Select(pair => Task.Run(async () =>
        {
            var random = new Random(HashCode.Combine(seed, round, pair, "client"));
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            while (Volatile.Read(ref _sent) < until) await OneSessionAsync(listener, random);
        })));
    }

    private async Task OneSessionAsync(TcpListener listener, Random random)
    {
        Interlocked.Increment(ref _sessions);
        var version = random.Next(4) > 0 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311;
        var client = new MqttClientFactory().CreateMqttClient();
        var watch = Stopwatch.StartNew();
        try
        {
            var talking = TalkAsync(client, ((IPEndPoint)listener.LocalEndpoint).Port, version);
            await AnswerAsync(await listener.AcceptSocketAsync(), new FuzzBytes(random, version == MqttProtocolVersion.V500), random);
            await talking.WaitAsync(_patience);
        }
        catch (TimeoutException)
        {
            Interlocked.Increment(ref _hangs);
        }

        client.Dispose();
        if (client.IsConnected) Interlocked.Increment(ref _open);
        lock (_faults) _longest = Math.Max(_longest, watch.Elapsed.TotalSeconds);
    }

    private async Task AnswerAsync(Socket socket, FuzzBytes bytes, Random random)
    {
        using var _ = socket;
        try
        {
            await socket.ReceiveAsync(new byte[4096]);
            var connAck = bytes.ConnAck();
            await socket.SendAsync(random.Next(4) == 0 ? Count(Mutation.Of(connAck, random)) : connAck);
            for (var i = random.Next(6); i > 0; i--) await socket.SendAsync(bytes.FromServer());
            for (var i = random.Next(1, 4); i > 0; i--) await socket.SendAsync(Count(Mutation.Of(bytes.FromServer(), random)));
            socket.Shutdown(SocketShutdown.Send);
            using var patience = new CancellationTokenSource(_patience);
            while (await socket.ReceiveAsync(new byte[4096], patience.Token) > 0)
            {
                // What the client answers is of no interest here.
            }
        }
        catch (SocketException)
        {
            // The client has closed the connection, as it should.
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

    private async Task TalkAsync(IMqttClient client, int port, MqttProtocolVersion version)
    {
        var options = new MqttClientFactory().CreateClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(version)
            .WithClientId("client").WithCleanStart(false).WithTimeout(TimeSpan.FromSeconds(5));
        if (version == MqttProtocolVersion.V500) options.WithTopicAliasMaximum(10);
        MqttApplicationMessage Message(MqttQualityOfServiceLevel quality) =>
            new MqttApplicationMessageBuilder().WithTopic("a").WithPayload("x").WithQualityOfServiceLevel(quality).Build();

        if (!await TryAsync(() => client.ConnectAsync(options.Build()))) return;

        await Task.WhenAll(
            TryAsync(() => client.SubscribeAsync(new MqttTopicFilterBuilder().WithTopic("a/#").Build())),
            TryAsync(() => client.PublishAsync(Message(MqttQualityOfServiceLevel.AtMostOnce))),
            TryAsync(() => client.PublishAsync(Message(MqttQualityOfServiceLevel.AtLeastOnce))),
            TryAsync(() => client.PublishAsync(Message(MqttQualityOfServiceLevel.ExactlyOnce))),
            TryAsync(() => client.UnsubscribeAsync("a/#")),
            TryAsync(() => client.PingAsync()));
        await TryAsync(() => client.DisconnectAsync(new MqttClientDisconnectOptions()));
    }

    private async Task<bool> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (Exception told) when (told is MqttCommunicationException or MqttProtocolViolationException)
        {
            return false;
        }
        catch (Exception wrong)
        {
            _faults.Add(wrong);
            return false;
        }
    }
}
