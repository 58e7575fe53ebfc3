using LabAutomation.Learning;
using LabAutomation.Learning.Backtesting;

namespace LabAutomation.Tests.Learning.Backtesting;

/// <summary>Published data sets, which lie beside the repository.</summary>
public sealed class MeasuredPoolTests
{
    public static TheoryData<string> Names =>
        ["agnp", "autoam", "buchwald_a", "colors_bob", "crossed_barrel", "hplc", "oer_plate_3496", "perovskites", "redoxmers", "snar", "suzuki"];

    [SkippableTheory, MemberData(nameof(Names))]
    public void Every_pool_loads_and_is_replayed(string name)
    {
        var data = Load(name);

        var report = Backtest.Run(data, [new GaussianProcessOptimiser(), new RandomOptimiser()], new() { Seeds = 1, Budget = 16 });

        report.Planners.Should().OnlyContain(planner => planner.Runs[0].Distinct().Count() == 16);
        report.Planners[0].Runs[0].Take(data.InitialRows[0].Length).Should().Equal(data.InitialRows[0]);
    }

    [SkippableTheory]
    [InlineData("crossed_barrel")]
    [InlineData("agnp")]
    [InlineData("autoam")]
    public void A_Gaussian_process_reaches_the_top_five_percent_sooner_than_random_draws(string name)
    {
        var report = Backtest.Run(Load(name), [new GaussianProcessOptimiser(), new RandomOptimiser()], new() { Seeds = 6, Budget = 40 });

        var (learnt, random) = (report.Planners[0].Milestones[2], report.Planners[1].Milestones[2]);
        learnt.Experiments.Mean.Should().BeLessThan(random.Experiments.Mean).And.BeLessThan(learnt.Random);
        learnt.Experiments.Censored.Should().Be(0);
    }

    private static DataSet Load(string name)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "LabAutomation.sln"))) root = root.Parent;
        root.Should().NotBeNull("tests run below the folder of LabAutomation.sln");
        var path = Path.GetFullPath(Path.Combine(root!.FullName, "..", "shared", "benchmarks", "bo", "pools", name + ".json"));
        Skip.IfNot(File.Exists(path), $"{path} is not there: the published data sets lie beside the repository");
        return DataSet.LoadPool(path);
    }
}
