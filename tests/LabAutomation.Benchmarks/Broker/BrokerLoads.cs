using System.Diagnostics;
using System.Globalization;

namespace LabAutomation.Benchmarks.Broker;

/// <summary>The loads that a broker is put under. Publishers and subscribers have a thread each and share the cores with the broker.</summary>
internal static class BrokerLoads
{
    private const int Window = 100;

    /// <returns>Messages per second, from the first one sent until the last one received.</returns>
    public static double Rate(int port, int quality, int pairs, int messages, uint sessionExpiry = 0, int lead = RawPeer.LargestLead)
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        var subscribers = Enumerable.Range(0, pairs).Select(pair => new RawPeer(port, $"s{run}{pair}", sessionExpiry)).ToList();
        var publishers = Enumerable.Range(0, pairs).Select(pair => new RawPeer(port, $"p{run}{pair}")).ToList();
        for (var pair = 0; pair < pairs; pair++) subscribers[pair].Subscribe(Topic(run, pair), quality);

        var each = messages / pairs;
        var threads = new List<Thread>();
        var began = Stopwatch.GetTimestamp();
        for (var pair = 0; pair < pairs; pair++)
        {
            var (subscriber, publisher, topic) = (subscribers[pair], publishers[pair], Topic(run, pair));
            threads.Add(new Thread(() => subscriber.ReceiveMany(each)));
            threads.Add(new Thread(() => publisher.PublishMany(RawPeer.Publish(topic, quality, 256), quality == 0 ? -1 : IdAt(topic), each, Window, subscriber, lead)));
        }

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        subscribers.ForEach(peer => peer.Dispose());
        publishers.ForEach(peer => peer.Dispose());
        return pairs * each / seconds;
    }

    /// <summary>One request at a time, answered by another client, QoS 0.</summary>
    /// <returns>Milliseconds, median and 99th percentile.</returns>
    public static (double P50, double P99) RoundTrips(int port, int count)
    {
        using var asking = new RawPeer(port, "asking");
        using var answering = new RawPeer(port, "answering");
        asking.Subscribe("answer", 0);
        answering.Subscribe("question", 0);
        var (question, answer) = (RawPeer.Publish("question", 0, 64), RawPeer.Publish("answer", 0, 64));
        var thread = new Thread(() =>
        {
            for (var i = 0; i < count; i++)
            {
                answering.ReceiveMany(1);
                answering.Send(answer);
            }
        });
        thread.Start();
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var began = Stopwatch.GetTimestamp();
            asking.Send(question);
            asking.ReceiveMany(1);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        thread.Join();
        // The first tenth meets a runtime that is still compiling.
        var settled = times[(count / 10)..];
        Array.Sort(settled);
        return (settled[settled.Length / 2], settled[settled.Length * 99 / 100]);
    }

    /// <returns>MB of resident memory with the clients connected and subscribed.</returns>
    public static double MemoryWithClients(BrokerProcess broker, int clients)
    {
        var peers = new List<RawPeer>();
        for (var i = 0; i < clients; i++)
        {
            peers.Add(new RawPeer(broker.Port, string.Create(CultureInfo.InvariantCulture, $"c{i}")));
            peers[i].Subscribe(string.Create(CultureInfo.InvariantCulture, $"lab/{i}/+"), 1);
        }

        var memory = broker.ResidentMegabytes();
        peers.ForEach(peer => peer.Dispose());
        return memory;
    }

    /// <summary>Publishes to a subscriber that acknowledges nothing, or that does not even read.</summary>
    /// <returns>MB that the broker grew by, and how many messages the publisher was refused.</returns>
    public static (double Growth, int Refused) Stubborn(BrokerProcess broker, bool reads, int quality, int messages, int size)
    {
        using var subscriber = new RawPeer(broker.Port, "stubborn", receiveBuffer: 4096);
        subscriber.Subscribe("much", quality);
        using var publisher = new RawPeer(broker.Port, "patient");
        var before = broker.ResidentMegabytes();
        var reading = new Thread(() =>
        {
            try
            {
                subscriber.ReceiveMany(int.MaxValue, acknowledge: false);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // The subscriber is closed when the publisher is done.
            }
        });
        if (reads) reading.Start();
        var refused = publisher.PublishMany(RawPeer.Publish("much", 1, size), IdAt("much"), messages, Window);
        return (broker.ResidentMegabytes() - before, refused);
    }

    // First byte, two bytes of remaining length, the topic with its length.
    private static int IdAt(string topic) => 3 + 2 + topic.Length;

    private static string Topic(string run, int pair) => string.Create(CultureInfo.InvariantCulture, $"load/{run}/{pair}");
}
