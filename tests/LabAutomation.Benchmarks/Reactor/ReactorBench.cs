using System.Diagnostics;
using System.Globalization;
using LabAutomation.Hosting;
using LabAutomation.Instruments.Reactor;
using LabAutomation.Simulators.Reactor;
using Microsoft.Extensions.Options;

namespace LabAutomation.Benchmarks.Reactor;

/// <summary>
/// What an episode costs; the trained policy that follows the load, and the emulator, both through the model host; and adversaries and broken sensors against the safety filter, each episode
/// with it and without it. Fails beyond its bounds.
/// </summary>
internal static class ReactorBench
{
    /// <summary>ms of the processor. What is asked for, and what is failed beyond: neighbours on a shared machine cost caches, too.</summary>
    private const double EpisodeAim = 5, EpisodeBound = 10;

    private const int Quick = 360, Follows = 20, QuickFollows = 2;

    private sealed record Played(ReactorCase Case, string With, double Highest, string Without, bool Tripped);

    public static int Run(string[] args)
    {
        var isQuick = args.Contains("--quick");
        var (first, episodes) = ((int)Number(args, "--first", 0), (int)Number(args, "--episodes", isQuick ? Quick : 10_000));
        var (mismatch, isCorner) = (Number(args, "--mismatch", 100 * ReactorCase.UsualMismatch) / 100, args.Contains("--corners"));
        if (args.Contains("--attack")) return Attack(first, episodes, mismatch, isCorner) ? 0 : 1;
        var models = new ModelHostOptions();
        using var policies = new DrumPolicies(Options.Create(models));
        var isGood = Speed() & FollowingBench.Run(policies, isQuick ? QuickFollows : Follows) & EmulatorBench.Run(models) & Attack(first, episodes, mismatch, isCorner);
        return isGood ? 0 : 1;
    }

    private static bool Attack(int first, int episodes, double mismatch, bool isCorner)
    {
        var limits = new ReactorLimits();
        var played = new Played[episodes];
        var clock = Stopwatch.StartNew();
        Parallel.For(0, episodes, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, number =>
        {
            var drawn = new ReactorCase(first + number, mismatch, isCorner);
            var guarded = drawn.Play(limits, hasFilter: true);
            played[number] = new Played(drawn, guarded.Violation, guarded.HighestPower, drawn.Play(limits, hasFilter: false).Violation, guarded.Filter!.Trip is not null);
        });

        Print("who steers", played.GroupBy(one => one.Case.Adversary));
        Print("what fails", played.GroupBy(one => one.Case.Fault));
        foreach (var failed in played.Where(one => one.With.Length > 0).Take(10)) Console.WriteLine($"passed with the filter: {failed.Case.Number}: {failed.Case.Adversary}, {failed.Case.Fault}: {failed.With}");

        var (with, without) = (played.Count(one => one.With.Length > 0), played.Count(one => one.Without.Length > 0));
        Say($"{episodes} episodes of {ReactorCase.Seconds} s from number {first}, five constants of the core {(isCorner ? "just" : "up to")} {mismatch:P0} from what the filter believes, in {clock.Elapsed.TotalSeconds:F0} s: {with} pass a limit with the filter, {without} without it; bound 0, and more than 0");
        return with == 0 && without > 0;
    }

    private static void Print(string title, IEnumerable<IGrouping<string, Played>> groups)
    {
        Console.WriteLine($"| {title} | episodes | pass a limit with the filter | highest power with it | without it | tripped |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var group in groups)
            Say($"| {group.Key} | {group.Count()} | {group.Count(one => one.With.Length > 0)} | {group.Max(one => one.Highest):P2} | {group.Count(one => one.Without.Length > 0)} | {group.Count(one => one.Tripped)} |");
        Console.WriteLine();
    }

    private static bool Speed()
    {
        // The drums move all the time, which costs most. The first rounds are spent on compiling.
        double[] rates = [.. Enumerable.Repeat(-0.01, ReactorEpisode.Drums)];
        var plant = Times(300, () =>
        {
            var core = new Microreactor(CoreConstants.HolosQuad);
            for (var second = 0; second < ReactorCase.Seconds; second++) core.Advance(1, rates);
        });
        var (_, seconds, setPoint) = LoadProfiles.All[0];
        var guarded = Processor(300, () => FollowedLoad.Play(new LoadFollower().Propose, seconds, setPoint, 1));
        Say($"an episode of {ReactorCase.Seconds} s with sensors, controller and filter: {guarded:F2} ms of the processor (aim {EpisodeAim:F0} ms, bound {EpisodeBound:F0} ms); the plant alone {plant:F2} ms");
        return guarded <= EpisodeBound;
    }

    /// <returns>Mean of the second half, ms of the processor: on a shared machine the clock tells of its other users.</returns>
    private static double Processor(int rounds, Action work)
    {
        var before = TimeSpan.Zero;
        for (var round = 0; round < rounds; round++)
        {
            if (round == rounds / 2) before = Environment.CpuUsage.TotalTime;
            work();
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / (rounds - (rounds / 2));
    }

    /// <returns>Median of the second half, ms.</returns>
    private static double Times(int rounds, Action work)
    {
        var times = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            work();
            if (round >= rounds / 2) times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    private static double Number(string[] args, string option, double usual) =>
        Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length && double.TryParse(args[at + 1], CultureInfo.InvariantCulture, out var given) ? given : usual;

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
