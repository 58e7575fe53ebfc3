using System.Globalization;

namespace LabAutomation.Benchmarks.VirtualLabs;

/// <summary>How fast a lab of ten instruments runs in virtual time with everything on record: one action a trial, ten in four steps, and ten in a step each.</summary>
internal static class VirtualLabBench
{
    /// <summary>What was reached on a busy machine was 320 and 95 trials a second, and is 600 and 146. An eighth of the former and a sixth of it is asked for, since a quick run compiles meanwhile.</summary>
    private const double LeastOfOne = 40;
    private const double LeastOfAll = 15;

    private const double LeastSteps = 150;

    /// <summary>Scheduled steps a second in the virtual lab.</summary>
    private const double StepAim = 1000;

    /// <summary>The aim, which was not reached beside others; and 100,000 times real time.</summary>
    private const double Aim = 1000;

    private const int Warm = 150;

    public static int Run(string[] arguments)
    {
        if (arguments is not ([] or ["--quick"]))
        {
            Console.Error.WriteLine("usage: virtual-lab [--quick]");
            return 2;
        }

        var isQuick = arguments.Length > 0;
        var one = Measure("one action a trial", TenInstruments.One, isQuick ? 300 : 3000).TrialsPerSecond;
        var all = Measure("ten actions a trial", TenInstruments.All, isQuick ? 100 : 1000).TrialsPerSecond;
        var steps = Measure("ten steps a trial", TenInstruments.Steps, isQuick ? 100 : 1000).StepsPerSecond;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"of {Aim} trials a second: {one / Aim:P0} with one action, {all / Aim:P0} with ten; fails below {LeastOfOne} and {LeastOfAll}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{steps:0} scheduled steps a second with ten a trial (the aim is {StepAim:0}); fails below {LeastSteps}"));
        var isGood = one >= LeastOfOne && all >= LeastOfAll && steps >= LeastSteps;
        Console.WriteLine(isGood ? "within the bounds" : "NOT within the bounds");
        return isGood ? 0 : 1;
    }

    private static VirtualRun Measure(string name, string campaign, int trials)
    {
        // The shares come first, since what is compiled meanwhile would count as the lab's.
        Console.Write($"{name}: ");
        Shares.Print(() => VirtualRun.Of(campaign, 0, trials), Console.Out);
        var run = VirtualRun.Of(campaign, Warm, trials);
        run.Print(name, Console.Out);
        return run;
    }
}
