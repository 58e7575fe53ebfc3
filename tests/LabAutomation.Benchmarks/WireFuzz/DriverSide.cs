using System.Collections.Concurrent;
using System.Diagnostics;
using LabAutomation.Conformance;
using LabAutomation.Hosting.Broker;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>Malformed messages to a driver host, with good commands of another caller between them.</summary>
internal static class DriverSide
{
    private const string Site = "site", Instrument = "pump", Family = "new-era-ne1000";
    private const int GoodEvery = 250;

    private static readonly InstrumentTopics Pump = Topics.Of(Site, Instrument);

    public static async Task<SideReport> RunAsync(int messages, int seed)
    {
        var folder = Directory.CreateTempSubdirectory("wire-fuzz-");
        await using var broker = new EmbeddedBroker(NullLogger<EmbeddedBroker>.Instance);
        await broker.StartAsync();
        var setup = ConformingFamilies.Setup(Family);
        var clock = setup.Clock();
        var device = setup.Device(clock);
        using var lifetime = device.Lifetime;
        using var journal = new Journal(Path.Combine(folder.FullName, "journal.db"));
        await using var host = new DriverHost(
            new HostedInstrument(Site, Instrument, Simulated: true) { PropertyPeriod = TimeSpan.FromDays(1) },
            setup.Driver(_ => Task.FromResult(device.Connect()), clock),
            journal,
            will => Connect(broker, "driver", BrokerAccess.ForDriver(Site, Instrument, "driver"), will),
            clock);
        await using var rude = Connect(broker, "rude", BrokerAccess.ForAgents(Site, "rude"));
        await using var polite = Connect(broker, "polite", BrokerAccess.ForAgents(Site, "polite"));
        await rude.StartAsync(CancellationToken.None);
        await polite.StartAsync(CancellationToken.None);

        var refusals = new ConcurrentDictionary<ActionId, string>();
        var results = new ConcurrentDictionary<ActionId, TaskCompletionSource<ResultFrame>>();
        var (events, silentEvents) = (0, 0);
        await rude.SubscribeAsync(Topics.Replies("rude"), message => Answered(FrameCodec.Decode<ReplyFrame>(message.Payload)), CancellationToken.None);
        await polite.SubscribeAsync(Pump.Event, message => Told(FrameCodec.Decode<EventFrame>(message.Payload)), CancellationToken.None);
        await polite.SubscribeAsync($"{Topics.Root}/{Site}/{Instrument}/exec/+/result", Ended, CancellationToken.None);
        await host.StartAsync(CancellationToken.None);

        var caller = new RudeCaller("rude", Pump, ConformingFamilies.SampleOf(Family).Brief!, new Random(seed));
        var good = new RudeCaller("polite", Pump, ConformingFamilies.SampleOf(Family).Brief!, new Random(seed + 1));
        var (answered, eventful, goods, longest) = (new List<ActionId>(), 0, 0, 0.0);
        for (var n = 1; n <= messages; n++)
        {
            var (message, action) = caller.Next();
            if (action is { } id) answered.Add(id);
            else eventful++;
            await rude.PublishAsync(message, CancellationToken.None);
            if (n % GoodEvery != 0) continue;
            var began = Stopwatch.GetTimestamp();
            var right = ActionId.Derive("polite", 0, "good", n, seed);
            var ended = results[right] = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await polite.PublishAsync(good.Command(right, ConformingFamilies.SampleOf(Family).Brief!.Arguments, clock.GetUtcNow().AddDays(1)), CancellationToken.None);
            if ((await ended.Task.WaitAsync(TimeSpan.FromSeconds(30))).Status == ActionStatus.Succeeded) goods++;
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        for (var wait = 0; wait < 100 && Volatile.Read(ref events) < eventful; wait++) await Task.Delay(100);
        await rude.PublishAsync(BusMessage.Cleared(Pump.Command(ConformingFamilies.SampleOf(Family).Brief!.Command)), CancellationToken.None);
        var quarantined = Math.Min(Volatile.Read(ref events), eventful) + answered.Count(action => refusals.GetValueOrDefault(action) is { Length: > 0 });
        var crashed = host.Completion.IsFaulted ? host.Completion.Exception.InnerException!.Message : host.State == UnitState.Idle ? null : $"the unit is {host.State}";
        folder.Delete(recursive: true);
        return new SideReport("to a driver host", messages, quarantined, silentEvents, messages / GoodEvery, goods, device.Effects().Count - goods, longest, caller.Frames.Kinds, crashed);

        void Answered(ReplyFrame reply)
        {
            if (reply.Status is ActionStatus.Failed or ActionStatus.Expired) refusals[reply.Action] = reply.Message;
        }

        void Told(EventFrame told)
        {
            if (!told.Kind.EndsWith("_refused", StringComparison.Ordinal)) return;
            Interlocked.Increment(ref events);
            if (told.Message.Length < 10) Interlocked.Increment(ref silentEvents);
        }

        void Ended(BusMessage message)
        {
            if (message.Payload.IsEmpty) return;
            var result = FrameCodec.Decode<ResultFrame>(message.Payload);
            if (results.TryGetValue(result.Action, out var waiting)) waiting.TrySetResult(result);
        }
    }

    private static MqttLabBus Connect(EmbeddedBroker broker, string client, BrokerAccess access, BusMessage? will = null)
    {
        var account = broker.Issue(client, access);
        return new(new MqttLabBusOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = client, UserName = client, Password = account.Password, Will = will }, TimeProvider.System, NullLogger<MqttLabBus>.Instance);
    }
}

/// <summary>What became of malformed messages.</summary>
/// <param name="Quarantined">Of the messages: refused, with a reason told.</param>
/// <param name="WithoutReason">Refusals that gave none.</param>
/// <param name="Strange">Effects of devices that no good command had, or good results that differ from those of an undisturbed run.</param>
/// <param name="Longest">Of the good commands or trials, seconds.</param>
internal sealed record SideReport(
    string Side, int Messages, int Quarantined, int WithoutReason, int Goods, int GoodsDone, int Strange, double Longest, SortedDictionary<string, int> Kinds, string? Crash);
