using LabAutomation.Benchmarks.Bo;

namespace LabAutomation.Benchmarks.Advising;

/// <summary>
/// How many experiments advice saves, and what bad advice costs: measured data sets are searched until one of the best hundredth of the rows is
/// found, without advice, with what was said about them in plain language, and with advice that misleads.
/// </summary>
internal static class AdviceBenchmark
{
    /// <summary>What is to be reached: a quarter less with good advice, at most a tenth more with wrong or adverse one.</summary>
    private const double MostWithGood = 0.75, MostWithWrong = 1.10;

    private const int Most = 150;

    public static int Run(string[] arguments)
    {
        if (AdviceOptions.Parse(arguments, Environment.GetEnvironmentVariable("BO_SET")) is not { } options) return 2;
        if (options.IsShort) return AdviceShortForm.Run();
        var wanted = Statement.Recorded().Where(options.Wants).ToArray();
        string[] missing = [.. wanted.Select(statement => FileOf(options, statement)).Where(file => !File.Exists(file))];
        if (missing.Length > 0)
        {
            Console.Error.WriteLine($"These data sets are missing: {string.Join(", ", missing)}. docs/explanations/advice.md says where they come from and how they are written down.");
            return 2;
        }

        List<SetRuns> sets = [];
        Console.WriteLine(BoTables.Line(SetRuns.Header));
        Console.WriteLine(BoTables.Rule(SetRuns.Header.Length));
        var progress = new Progress(wanted.Length * options.Seeds.Count);
        foreach (var statement in wanted)
        {
            var pool = ProblemSet.Pool(FileOf(options, statement));
            sets.Add(SetRuns.Of(pool, statement.For(pool.Space), options.Seeds, Most, seed => progress.Step($"{statement.Set}, seed {seed}")));
            Progress.Clear();
            Console.WriteLine(BoTables.Line(sets[^1].Cells()));
        }

        return Judge(sets, new AdviceBounds(MostWithGood, MostWithWrong, MostWithWrong, MostWithWrong)) ? 0 : 1;
    }

    /// <returns>Whether all figures that were asked for are reached.</returns>
    public static bool Judge(IReadOnlyList<SetRuns> sets, AdviceBounds bounds)
    {
        Console.WriteLine();
        var (mostWithGood, mostWithWrong, mostWithDecoy, mostOfOneSet) = bounds;
        var right = AdviceVerdict.Print("Advice that is right (it has a larger share of the best inside than of all)", mostWithGood, [.. sets.Where(set => set.IsRight).Select(set => set.Pairs(set.Said))]);
        var wrong = AdviceVerdict.Print("Advice that was meant well and is wrong", mostWithWrong, [.. sets.Where(set => !set.IsRight).Select(set => set.Pairs(set.Said))]);
        var worst = AdviceVerdict.Print("Advice that points at the worst row", mostWithWrong, [.. sets.Select(set => set.Pairs(set.Worst))]);
        var decoy = AdviceVerdict.Print("Advice that points at a good row far from the best", mostWithDecoy, [.. sets.Select(set => set.Pairs(set.Decoy))]);
        var worstSet = AdviceVerdict.PrintWorst("pointing at the worst row", mostOfOneSet, sets, set => set.Worst);
        var decoySet = AdviceVerdict.PrintWorst("pointing at a good row far from the best", mostOfOneSet, sets, set => set.Decoy);
        return right && wrong && worst && decoy && worstSet && decoySet;
    }

    private static string FileOf(AdviceOptions options, Statement statement) => Path.Combine(options.Folder, "pools", $"{statement.Set}.json");
}
