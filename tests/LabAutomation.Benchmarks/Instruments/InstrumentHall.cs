using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using LabAutomation.Hosting.Broker;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Benchmarks.Instruments;

/// <summary>A thousand driver hosts, each a client of the embedded broker, and a lab that hears every value and commands now and then.</summary>
internal sealed class InstrumentHall : IAsyncDisposable
{
    public const int Instruments = 1000;

    private const string Site = "hall";
    private const string Agents = "agents";

    /// <summary>Longer than any machine stands still, so that what has not come by then is lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lab-hall-");
    private readonly EmbeddedBroker _broker = new(NullLogger<EmbeddedBroker>.Instance);
    private readonly Journal _journal;
    private readonly VirtualInstrument[] _devices = [.. Enumerable.Range(0, Instruments).Select(_ => new VirtualInstrument())];
    private readonly DriverHost[] _hosts = new DriverHost[Instruments];
    private readonly long[] _last = new long[Instruments];
    private readonly ConcurrentDictionary<ActionId, (long Sent, TaskCompletionSource<(double Reply, double Result)> Done, double Reply)> _calls = [];
    private readonly string _session = Guid.NewGuid().ToString("N");
    private MqttLabBus _lab = null!;
    private long _heard;
    private long _gaps;
    private long _unread;
    private int _actions;

    private InstrumentHall() => _journal = new Journal(Path.Combine(_folder.FullName, "journal.db"));

    /// <summary>Values that the lab has read so far.</summary>
    public long Heard => Interlocked.Read(ref _heard);

    /// <summary>Messages that could not be read.</summary>
    public long Unread => Interlocked.Read(ref _unread);

    /// <summary>Values that instruments gave and the lab never had.</summary>
    public long Lost => Enumerable.Range(0, Instruments).Sum(i => _devices[i].Looks - Volatile.Read(ref _last[i])) + Interlocked.Read(ref _gaps);

    /// <summary>Why drivers' hosts have ended by themselves.</summary>
    public IReadOnlyList<string> Ended => [.. _hosts.Select(host => host.Completion.Exception?.InnerException?.Message).OfType<string>()];

    /// <param name="period">From one value of an instrument to its next.</param>
    public static async Task<InstrumentHall> OpenAsync(TimeSpan period)
    {
        var hall = new InstrumentHall();
        await hall._broker.StartAsync();
        hall._lab = hall.Connect(Agents, null, BrokerAccess.ForAgents(Site, Agents));
        await hall._lab.StartAsync(CancellationToken.None);
        await hall._lab.SubscribeAsync(Topics.EveryProperty, hall.Hear, CancellationToken.None);
        await hall._lab.SubscribeAsync($"{Topics.Replies(Agents)}/#", hall.HearReply, CancellationToken.None);
        await hall._lab.SubscribeAsync($"{Topics.Root}/{Site}/+/exec/+/result", hall.HearResult, CancellationToken.None);
        await Parallel.ForAsync(0, Instruments, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellation) =>
        {
            var client = $"driver-{Name(i)}";
            hall._hosts[i] = new DriverHost(
                new HostedInstrument(Site, Name(i), Simulated: true) { PropertyPeriod = period },
                hall._devices[i],
                hall._journal,
                will => hall.Connect(client, will, BrokerAccess.ForDriver(Site, Name(i), client)),
                TimeProvider.System);
            await hall._hosts[i].StartAsync(cancellation);
        });
        return hall;
    }

    /// <summary>Commands one instrument.</summary>
    /// <returns>Milliseconds until it was answered, and until its result was there; null where that was not within two minutes.</returns>
    public async Task<(double Reply, double Result)?> CommandAsync(Random random)
    {
        var action = ActionId.Derive(_session, 0, "set-level", ++_actions, 1);
        var topics = Topics.Of(Site, Name(random.Next(Instruments)));
        var arguments = ImmutableSortedDictionary<string, Quantity>.Empty.Add("level", Quantity.Of(random.Next(100), "%"));
        var message = new CommandMessage(action, "set-level", new CommandFrame(arguments, DateTimeOffset.UtcNow.AddMinutes(1)), $"{Topics.Replies(Agents)}/1", Agents, null, null).ToBusMessage(topics, 60);
        var done = new TaskCompletionSource<(double Reply, double Result)>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[action] = (Stopwatch.GetTimestamp(), done, 0);
        await _lab.PublishAsync(message, CancellationToken.None);
        if (await Task.WhenAny(done.Task, Task.Delay(Patience)) != done.Task) return null;
        var times = await done.Task;
        await _lab.PublishAsync(new BusMessage(topics.Acknowledge(action), ReadOnlyMemory<byte>.Empty), CancellationToken.None);
        return times;
    }

    /// <summary>No more values; returns when what is under way has had time to arrive.</summary>
    public async Task FallSilentAsync()
    {
        foreach (var device in _devices) device.IsMute = true;
        var patience = Stopwatch.StartNew();
        for (var calm = 0; (calm < 10 || Lost > 0) && patience.Elapsed < Patience;)
        {
            var before = Heard;
            await Task.Delay(100);
            calm = Heard == before ? calm + 1 : 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Parallel.ForEachAsync(_hosts.OfType<DriverHost>(), async (host, _) => await host.DisposeAsync());
        await _lab.DisposeAsync();
        await _broker.StopAsync();
        _journal.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Name(int i) => $"lamp-{i:0000}";

    private MqttLabBus Connect(string client, BusMessage? will, BrokerAccess access)
    {
        var account = _broker.Issue(client, access);
        return new(
            new MqttLabBusOptions { Host = "127.0.0.1", Port = _broker.Port, ClientId = client, UserName = client, Password = account.Password, Will = will, KeepAlive = TimeSpan.FromSeconds(30) },
            TimeProvider.System,
            NullLogger<MqttLabBus>.Instance);
    }

    private void Hear(BusMessage message)
    {
        try
        {
            var seq = FrameCodec.Decode<PropertyFrame>(message.Payload).Seq;
            Topics.TrySplit(message.Topic, out _, out var instrument, out _);
            ref var last = ref _last[int.Parse(instrument.AsSpan("lamp-".Length), System.Globalization.CultureInfo.InvariantCulture)];
            if (seq <= last) return;        // at least once: heard before
            Interlocked.Add(ref _gaps, seq - last - 1);
            Volatile.Write(ref last, seq);
            Interlocked.Increment(ref _heard);
        }
        catch (FrameException)
        {
            Interlocked.Increment(ref _unread);
        }
    }

    private void HearReply(BusMessage message)
    {
        var reply = FrameCodec.Decode<ReplyFrame>(message.Payload);
        if (_calls.TryGetValue(reply.Action, out var call)) _calls[reply.Action] = call with { Reply = Stopwatch.GetElapsedTime(call.Sent).TotalMilliseconds };
    }

    private void HearResult(BusMessage message)
    {
        if (message.Payload.IsEmpty) return;
        var result = FrameCodec.Decode<ResultFrame>(message.Payload);
        if (_calls.TryRemove(result.Action, out var call)) call.Done.TrySetResult((call.Reply, Stopwatch.GetElapsedTime(call.Sent).TotalMilliseconds));
    }
}
