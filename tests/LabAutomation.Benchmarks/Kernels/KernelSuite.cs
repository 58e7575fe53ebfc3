using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Perfolizer.Horology;

namespace LabAutomation.Benchmarks.Kernels;

/// <summary>Runs <see cref="LearningKernels"/> in this process, since another one would have to be built from packages of a feed.</summary>
internal static class KernelSuite
{
    public static int Run(string[] args)
    {
        if (args is not ([] or ["--quick"])) return Refuse();
        MathNet.Numerics.Control.UseSingleThread();
        var (isQuick, most) = (args.Length > 0, args.Length > 0 ? LearningKernels.Sizes[1] : LearningKernels.Sizes[^1]);
        var job = Job.Default.WithToolchain(new InProcessNoEmitToolchain(TimeSpan.FromHours(1), logOutput: false))
            .WithIterationTime(TimeInterval.FromMilliseconds(isQuick ? 20 : 100)).WithWarmupCount(isQuick ? 2 : 4).WithIterationCount(isQuick ? 6 : 12);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddLogger(new Progress()).AddColumnProvider(DefaultColumnProviders.Instance).AddColumn(StatisticColumn.Min).HideColumns("Error", "StdDev", "Median", "RatioSD", "Gen0", "Gen1", "Gen2")
            .AddDiagnoser(MemoryDiagnoser.Default).AddExporter(MarkdownExporter.GitHub).WithOptions(ConfigOptions.DisableOptimizationsValidator)
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "kernels"))
            .AddFilter(new SimpleFilter(one => one.Parameters["Trials"] is int trials && trials <= most && (trials <= LearningKernels.LargestPlain || !one.Descriptor.Baseline)));
        var summary = BenchmarkRunner.Run<LearningKernels>(config);
        MarkdownExporter.GitHub.ExportToLog(summary, ConsoleLogger.Unicode);
        return summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success) ? 1 : 0;
    }

    private static int Refuse()
    {
        Console.Error.WriteLine("usage: kernels [--quick]; quick is 50 and 100 trials, a few iterations each");
        return 2;
    }

    /// <summary>One line a benchmark in place of a page.</summary>
    private sealed class Progress : ILogger
    {
        public string Id => nameof(Progress);

        public int Priority => 0;

        public void Write(LogKind logKind, string text)
        {
            if (logKind is LogKind.Error) Console.Error.Write(text);
        }

        public void WriteLine()
        {
        }

        public void WriteLine(LogKind logKind, string text)
        {
            if (logKind is LogKind.Error || text.StartsWith("// Benchmark:", StringComparison.Ordinal)) Console.Error.WriteLine(text);
        }

        public void Flush()
        {
        }
    }
}
