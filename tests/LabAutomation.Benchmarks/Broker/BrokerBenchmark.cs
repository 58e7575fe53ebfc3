namespace LabAutomation.Benchmarks.Broker;

/// <summary>The stand-in's broker beside mosquitto under the same load, by turns, and what it needs of memory.</summary>
internal sealed class BrokerBenchmark
{
    private readonly int _turns;
    private readonly int _messages;
    private bool _failed;

    private BrokerBenchmark(bool isQuick) => (_turns, _messages) = isQuick ? (1, 50_000) : (5, 200_000);

    public static int Run(string[] arguments)
    {
        var benchmark = new BrokerBenchmark(arguments.Contains("--quick"));
        Console.WriteLine($"{"what",-58} {"measured",22}   {"bound",-16}");
        benchmark.Rates();
        benchmark.Disk();
        benchmark.Latency();
        benchmark.Memory();
        return benchmark._failed ? 1 : 0;
    }

    private void Rates()
    {
        foreach (var (name, quality, pairs, bound) in (ReadOnlySpan<(string, int, int, double?)>)
            [("QoS 1, 256 B, 1 to 1, 100 in flight", 1, 1, 1.0), ("QoS 1, 256 B, 10 to 10, 100 in flight each", 1, 10, 1.0), ("QoS 0, 256 B, 1 to 1", 0, 1, null)])
        {
            List<double> own = [], theirs = [];
            for (var turn = 0; turn <= _turns; turn++)
            {
                using var broker = BrokerProcess.StartOwn();
                using var mosquitto = BrokerProcess.HasMosquitto ? BrokerProcess.StartMosquitto() : null;
                BrokerLoads.Rate(broker.Port, quality, pairs, _messages / 4);
                own.Add(BrokerLoads.Rate(broker.Port, quality, pairs, _messages));
                if (mosquitto is not null) theirs.Add(BrokerLoads.Rate(mosquitto.Port, quality, pairs, _messages));
            }

            Row($"{name}: messages/s, median of {own.Count}", Median(own), "N0", null);
            if (theirs.Count == 0) continue;

            Row("    mosquitto", Median(theirs), "N0", null);
            Row("    ratio of the medians", Median(own) / Median(theirs), "F2", bound, atLeast: true);
        }
    }

    private void Disk()
    {
        List<double> memory = [], disk = [];
        for (var turn = 0; turn < Math.Min(_turns, 3); turn++)
        {
            var directory = Directory.CreateTempSubdirectory("broker");
            using (var broker = BrokerProcess.StartOwn())
            using (var recording = BrokerProcess.StartOwn(directory.FullName))
            {
                foreach (var (port, rates) in new[] { (broker.Port, memory), (recording.Port, disk) })
                {
                    BrokerLoads.Rate(port, 1, 1, _messages / 4, sessionExpiry: 60);
                    rates.Add(BrokerLoads.Rate(port, 1, 1, _messages, sessionExpiry: 60));
                }
            }

            directory.Delete(recursive: true);
        }

        Row("QoS 1 to a session on disk, 1 to 1: messages/s", Median(disk), "N0", null);
        Row("    share of the rate without a session directory", Median(disk) / Median(memory), "F2", 0.3, atLeast: true);
    }

    private void Latency()
    {
        List<(double P50, double P99)> own = [], theirs = [];
        for (var turn = 0; turn < 3; turn++)
        {
            using var broker = BrokerProcess.StartOwn();
            using var mosquitto = BrokerProcess.HasMosquitto ? BrokerProcess.StartMosquitto() : null;
            own.Add(BrokerLoads.RoundTrips(broker.Port, 20_000));
            if (mosquitto is not null) theirs.Add(BrokerLoads.RoundTrips(mosquitto.Port, 20_000));
        }

        Row("request and response, QoS 0, p50: ms", own.Min(times => times.P50), "F3", null);
        Row("    p99, best of three: ms", own.Min(times => times.P99), "F3", 1.0);
        if (theirs.Count > 0) Row("    mosquitto, p99, best of three: ms", theirs.Min(times => times.P99), "F3", null);
    }

    private void Memory()
    {
        using (var broker = BrokerProcess.StartOwn()) Row("1,000 clients connected, resident: MB", BrokerLoads.MemoryWithClients(broker, 1000), "F0", 200);

        foreach (var (name, reads, quality) in (ReadOnlySpan<(string, bool, int)>)
            [("reads and never acknowledges", true, 1), ("never reads, QoS 1", false, 1), ("never reads, QoS 0", false, 0)])
        {
            using var broker = BrokerProcess.StartOwn("count");
            // The runtime settles first, so that what is measured is the messages.
            // This broker keeps 1,000 messages a client and drops the rest, which the receiver would wait for.
            BrokerLoads.Rate(broker.Port, 1, 1, 30_000, lead: 500);
            var (_, droppedBefore) = broker.Counts();
            var (growth, refused) = BrokerLoads.Stubborn(broker, reads, quality, 30_000, 1024);
            var dropped = broker.Counts().Dropped - droppedBefore;
            Row($"30,000 of 1 KB to a subscriber that {name}: growth, MB", growth, "F1", 50);
            Row("    dropped and counted, or refused", dropped + refused, "N0", 20_000, atLeast: true);
        }
    }

    private void Row(string what, double measured, string format, double? bound, bool atLeast = false)
    {
        var isMet = bound is not { } limit || (atLeast ? measured >= limit : measured <= limit);
        _failed |= !isMet;
        var said = bound is null ? "" : $"{(atLeast ? ">=" : "<=")} {bound:N2}  {(isMet ? "ok" : "FAILED")}";
        Console.WriteLine($"{what,-58} {measured.ToString(format),22}   {said,-16}");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
