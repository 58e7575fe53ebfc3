using System.Diagnostics;
using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>A sample that the driver refuses is told with the driver's reason, and nobody waits for its result.</summary>
public sealed class WrongSampleTests
{
    [Theory]
    [InlineData("nope", "'nope' accepted; seen: Failed, InvalidCommand: there is no command 'nope'")]
    [InlineData("dispense volume=1 kg", "'dispense' accepted; seen: Failed, InvalidCommand: ")]
    public async Task It_is_told_at_once(string brief, string said)
    {
        var setup = ConformingFamilies.Setup("new-era-ne1000") with { Patience = TimeSpan.FromSeconds(10) };
        var kit = new ConformanceKit(() => InProcessHarness.OpenAsync(setup), new ConformanceSample { Brief = SampleCommand.Parse(brief) });
        var began = Stopwatch.GetTimestamp();

        var verdicts = await kit.CheckAsync([21, 28, 29, 45, 46]);

        Stopwatch.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(20), "a result is waited for 40 s");
        verdicts.Where(verdict => verdict.Id != 45).Should().OnlyContain(verdict => verdict.Failed && verdict.Detail.Contains(said));
    }
}
