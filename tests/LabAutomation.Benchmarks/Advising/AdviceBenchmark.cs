using System.Globalization;
using LabAutomation.Benchmarks.Bo;
using LabAutomation.Learning.Advising;

namespace LabAutomation.Benchmarks.Advising;

/// <summary>
/// How many experiments advice saves, and what bad advice costs: measured data sets are searched until one of the best hundredth of the rows is
/// found, without advice, with what was said about them in plain language, and with advice that points at their worst row.
/// </summary>
internal static class AdviceBenchmark
{
    /// <summary>What is to be reached: a quarter less with good advice, a tenth more with the worst.</summary>
    private const double MostWithGood = 0.75, MostWithAdverse = 1.10;

    private const int Most = 150;

    private static readonly string[] Header = ["data set", "rows", "best 1 %", "inside", "without", "median", "with advice", "median", "p", "trust at end", "adverse", "median", "p", "trust at end"];

    public static int Run(string[] arguments)
    {
        if (AdviceOptions.Parse(arguments, Environment.GetEnvironmentVariable("LAB_BO_SET")) is not { } options) return 2;
        var wanted = Statement.Recorded().Where(options.Wants).ToArray();
        string[] missing = [.. wanted.Select(statement => FileOf(options, statement)).Where(file => !File.Exists(file))];
        if (missing.Length > 0)
        {
            Console.Error.WriteLine($"These data sets are missing: {string.Join(", ", missing)}. They come from Olympus; docs/explanations/advice.md says how they are written down.");
            return 2;
        }

        List<SetRuns> sets = [];
        Console.WriteLine(BoTables.Line(Header));
        Console.WriteLine(BoTables.Rule(Header.Length));
        var progress = new Progress(wanted.Length * options.Seeds.Count);
        foreach (var statement in wanted)
        {
            sets.Add(SetRuns.Of(statement, ProblemSet.Pool(FileOf(options, statement)), options.Seeds, Most, seed => progress.Step($"{statement.Set}, seed {seed}")));
            Progress.Clear();
            Console.WriteLine(BoTables.Line(sets[^1].Cells()));
        }

        return Judge(sets);
    }

    /// <returns>0 where both figures are reached.</returns>
    private static int Judge(IReadOnlyList<SetRuns> sets)
    {
        var (good, adverse) = (AdviceVerdict.Of([.. sets.Select(set => set.Good)]), AdviceVerdict.Of([.. sets.Select(set => set.Adverse)]));
        Console.WriteLine();
        Console.WriteLine(Line("What was said in plain language", good, MostWithGood));
        Console.WriteLine(Line("Advice that points at the worst row", adverse, MostWithAdverse));
        return good.Ratio <= MostWithGood && adverse.Ratio <= MostWithAdverse ? 0 : 1;
    }

    private static string Line(string what, AdviceVerdict verdict, double most) => string.Create(CultureInfo.InvariantCulture,
        $"{what}: {verdict.Ratio:F2} times the experiments (95 % interval {verdict.Low:F2} to {verdict.High:F2}), wanted at most {most:F2}{(verdict.Ratio <= most ? "" : ": MISSED")}");

    private static string FileOf(AdviceOptions options, Statement statement) => Path.Combine(options.Folder, "pools", $"{statement.Set}.json");
}
