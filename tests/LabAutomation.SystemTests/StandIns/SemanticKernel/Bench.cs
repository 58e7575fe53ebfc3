using Microsoft.SemanticKernel;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

/// <summary>Functions that write down that they were called.</summary>
internal sealed class Bench
{
    private readonly List<string> _done = [];

    public IReadOnlyList<string> Done
    {
        get
        {
            lock (_done) return [.. _done];
        }
    }

    public KernelPlugin Plugin => KernelPluginFactory.CreateFromFunctions(
        "Lab",
        [
            KernelFunctionFactory.CreateFromMethod((double volume, string? unit = "ml") => Write($"dispensed {volume} {unit}"), "Dispense"),
            KernelFunctionFactory.CreateFromMethod(() => Write("primed"), "Prime"),
            KernelFunctionFactory.CreateFromMethod(() => new { Ph = 7.0, Note = "<ok> µ" }, "Measure"),
            KernelFunctionFactory.CreateFromMethod(() => { }, "Rest"),
            KernelFunctionFactory.CreateFromMethod(new Func<string>(() => throw new InvalidOperationException("the pump is jammed")), "Jam"),
        ]);

    public static PromptExecutionSettings Auto(FunctionChoiceBehaviorOptions? options = null) =>
        new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto(options: options) };

    private string Write(string what)
    {
        lock (_done) _done.Add(what);
        return what;
    }
}
