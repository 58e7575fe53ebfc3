using System.Diagnostics;
using LabAutomation.Agents.Reasoning;

namespace LabAutomation.Benchmarks.Reasoning;

/// <summary>A tool of the product that tells how long it was at work itself: what it prepares, makes ready and does.</summary>
internal sealed class TimedTool(LabTool tool) : LabTool(tool.Name, tool.Summary, tool.Reach, tool.Parameters)
{
    private long _own;

    public override bool HasPreparation => tool.HasPreparation;

    /// <summary>Since it was last asked, in milliseconds.</summary>
    public double TakeOwn() => TimeSpan.FromTicks(Interlocked.Exchange(ref _own, 0)).TotalMilliseconds;

    public override Preparation Prepare(ToolArguments arguments)
    {
        var began = Stopwatch.GetTimestamp();
        var prepared = tool.Prepare(arguments);
        Count(began);
        return prepared;
    }

    public override async Task<ReadyRun?> ReadyAsync(ToolArguments arguments, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var ready = await tool.ReadyAsync(arguments, cancellation);
        Count(began);
        return ready;
    }

    public override async Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var result = await tool.RunAsync(arguments, context, cancellation);
        Count(began);
        return result;
    }

    private void Count(long began) => Interlocked.Add(ref _own, Stopwatch.GetElapsedTime(began).Ticks);
}
