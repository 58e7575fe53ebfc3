using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;

namespace LabAutomation.Benchmarks;

/// <summary>What the actor system must bear: throughput on one core, nothing lost through failures, and little memory while idle.</summary>
internal static class ActorsBench
{
    private const double TellsPerCoreSecond = 2e6;
    private const double BytesPerIdleActor = 1000;
    private const double BusyCores = 1.1;
    private const string Quiet = "akka { loggers = [], stdout-loglevel = OFF, loglevel = WARNING, log-dead-letters = off }";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync()
    {
        // Threads inherit this, and the pool's are yet to be made. That it holds is measured: processor time against time that went by.
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()) Process.GetCurrentProcess().ProcessorAffinity = 1;
        var actors = ActorSystem.Create("actors", ConfigurationFactory.ParseString(Quiet));

        var table = new ActorsTable();
        await TellAsync(actors, table);
        await MillionAsync(actors, table);
        await IdleAsync(actors, table);
        await RoundTripsAsync(actors, table);
        await actors.Terminate().WaitAsync(Patience);
        return table.IsOk ? 0 : 1;
    }

    private static async Task TellAsync(ActorSystem actors, ActorsTable table)
    {
        const int messages = 5_000_000;
        var (best, wall, cores) = (0d, 0d, double.PositiveInfinity);
        for (var round = 0; round < 4; round++)                     // the first one warms up
        {
            var end = new TaskCompletionSource();
            var consumer = actors.ActorOf(Props.Create(() => new TellConsumer()));
            var (watch, work) = (Stopwatch.StartNew(), Processor());
            actors.ActorOf(Props.Create(() => new TellProducer(consumer, messages, end))).Tell(TellAck.Instance);
            await end.Task.WaitAsync(Patience);
            var (seconds, used) = (watch.Elapsed.TotalSeconds, (Processor() - work).TotalSeconds);
            if (round == 0) continue;
            cores = Math.Min(cores, used / seconds);
            if (messages / used > best) (best, wall) = (messages / used, messages / seconds);
        }
        table.Bound("Tell, one producer to one consumer, per second of one core (best of 3)", best, TellsPerCoreSecond, atLeast: true);
        table.Bound("  cores busy meanwhile, in the calmest round", cores, BusyCores, atLeast: false, "0.00");
        table.Told("  per second on the clock", wall);
    }

    private static async Task MillionAsync(ActorSystem actors, ActorsTable table)
    {
        var crowd = new Crowd(actors: 1000, messagesEach: 1000, failureIn: 100, seed: 7);
        var (watch, work) = (Stopwatch.StartNew(), Processor());
        var supervisor = actors.ActorOf(Props.Create(() => new CrowdSupervisor(crowd)));
        await crowd.Ended.WaitAsync(Patience);
        var (seconds, used) = (watch.Elapsed.TotalSeconds, (Processor() - work).TotalSeconds);
        await supervisor.GracefulStop(Patience);
        table.Told("A million messages between 1,000 actors, per second of one core", crowd.Sent / used);
        table.Told("  per second on the clock", crowd.Sent / seconds);
        table.Exactly("  sent", crowd.Sent, 1_000_000);
        table.Exactly("  handled or failed on", crowd.Handled + crowd.Failed, crowd.Sent);
        table.Exactly("  failed on", crowd.Failed, crowd.FailuresPlanned);
        table.Exactly("  restarts", crowd.Restarts, crowd.Failed);
        table.Exactly("  twice, or before an earlier one of the same sender", crowd.OutOfOrder, 0);
        table.Exactly("  dead letters", crowd.DeadLetters, 0);
    }

    private static async Task IdleAsync(ActorSystem actors, ActorsTable table)
    {
        const int count = 100_000;
        var props = Props.Create(() => new IdleParent(count));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var parent = actors.ActorOf(props);
        await parent.Ask<int>("ready?", Patience);                  // answered by the last child, so all have started
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
        await parent.GracefulStop(Patience);
        table.Bound("Bytes per idle ReceiveActor with one handler (of 100,000)", bytes, BytesPerIdleActor, atLeast: false);
    }

    private static async Task RoundTripsAsync(ActorSystem actors, ActorsTable table)
    {
        const int count = 100_000;
        var echo = actors.ActorOf(Props.Create(() => new Echo()));
        for (var round = 0; round < 2; round++)
        {
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < count; i++) await echo.Ask<object>(TellAck.Instance, Patience);
            if (round == 1) table.Told("Ask and answer, one after the other, per second", count / watch.Elapsed.TotalSeconds);
        }
        for (var round = 0; round < 2; round++)
        {
            var end = new TaskCompletionSource();
            var watch = Stopwatch.StartNew();
            actors.ActorOf(Props.Create(() => new Piper(count, end))).Tell(0);
            await end.Task.WaitAsync(Patience);
            if (round == 1) table.Told("PipeTo self, one after the other, per second", count / watch.Elapsed.TotalSeconds);
        }
    }

    private static TimeSpan Processor() => Process.GetCurrentProcess().TotalProcessorTime;
}
