using LabAutomation.Conformance;
using Xunit.Abstractions;

namespace Vendor.Doser.Tests;

/// <summary>The driver keeps the wire contract. docs/reference/conformance.md in the lab's repository says what each assertion wants.</summary>
public sealed class DoserConformanceTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_driver_passes_every_assertion_that_applies()
    {
        var verdicts = await DoserFamily.Family.Kit().CheckAsync(told: verdict => output.WriteLine(verdict.ToString()));

        var failed = verdicts.Where(verdict => verdict.Failed).Select(verdict => verdict.ToString()).ToArray();
        Assert.True(failed.Length == 0, string.Join(Environment.NewLine, failed));
        Assert.True(verdicts.Count(verdict => verdict.Outcome == ConformanceOutcome.Passed) > 40, "A kit that finds little to check proves little.");
    }
}
