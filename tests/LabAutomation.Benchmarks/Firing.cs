using System.Diagnostics;
using Stateless;

namespace LabAutomation.Benchmarks;

/// <summary>Triggers per second of a state machine, and bytes for each: a plain ring of states, and one as a driver has it.</summary>
internal static class Firing
{
    private const int Rounds = 5, Triggers = 4_000_000;
    private const double LeastPerSecond = 2_000_000;

    private enum Light { Red, Green, Lit }

    private enum Change { Next, Fault }

    public static int Run()
    {
        Console.WriteLine($"Stateless, {typeof(StateMachine<,>).Assembly.GetName().Name}: best of {Rounds} rounds of {Triggers:N0} triggers on one thread");
        Console.WriteLine($"{"machine",-34}{"triggers/s",14}{"bytes/trigger",16}   bound");
        var plain = Measure("plain, queued", Plain(FiringMode.Queued));
        var immediate = Measure("plain, immediate", Plain(FiringMode.Immediate));
        Measure("guard, substate, entry and exit", Driver());
        return plain && immediate ? 0 : 1;
    }

    private static bool Measure(string name, StateMachine<Light, Change> machine)
    {
        Fire(machine, Triggers / 10);
        var best = TimeSpan.MaxValue;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            Fire(machine, Triggers);
            if (watch.Elapsed < best) best = watch.Elapsed;
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / ((double)Rounds * Triggers);
        var rate = Triggers / best.TotalSeconds;
        var bounded = name.StartsWith("plain", StringComparison.Ordinal);
        var ok = !bounded || (rate >= LeastPerSecond && bytes < 0.01);
        Console.WriteLine($"{name,-34}{rate,14:N0}{bytes,16:F2}   {(bounded ? $">= {LeastPerSecond:N0}, 0 bytes: {(ok ? "ok" : "FAILED")}" : "")}");
        return ok;
    }

    private static void Fire(StateMachine<Light, Change> machine, int count)
    {
        for (var i = 0; i < count; i++) machine.Fire(Change.Next);
    }

    private static StateMachine<Light, Change> Plain(FiringMode mode)
    {
        var machine = new StateMachine<Light, Change>(Light.Red, mode);
        machine.Configure(Light.Red).Permit(Change.Next, Light.Green);
        machine.Configure(Light.Green).Permit(Change.Next, Light.Red);
        return machine;
    }

    private static StateMachine<Light, Change> Driver()
    {
        var entered = 0;
        var machine = new StateMachine<Light, Change>(Light.Red, FiringMode.Immediate);
        machine.Configure(Light.Lit).Permit(Change.Fault, Light.Red).OnEntry(() => entered++);
        machine.Configure(Light.Red).PermitIf(Change.Next, Light.Green, () => entered >= 0).OnExit(() => entered++);
        machine.Configure(Light.Green).SubstateOf(Light.Lit).Permit(Change.Next, Light.Red).OnEntry(() => entered--);
        return machine;
    }
}
