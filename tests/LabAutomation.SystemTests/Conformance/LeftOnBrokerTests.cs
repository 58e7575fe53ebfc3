using LabAutomation.Conformance;
using LabAutomation.SystemTests.Bus;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>The kit acknowledges its actions on a broker that is not its own, and looks whether they go.</summary>
public sealed class LeftOnBrokerTests
{
    [Theory]
    [InlineData(true, "^2 messages of its actions were acknowledged and lie on the broker still, such as lab/1/kit/unit/exec/[0-9a-f-]{36}/result$")]
    [InlineData(false, "^$")]
    public async Task What_stays_after_it_was_acknowledged_is_told(bool isDeaf, string told)
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var driver = await HostedPump.StartAsync(stage, message => isDeaf && message.Topic.EndsWith("/ack", StringComparison.Ordinal) ? null : message);

        var verdict = (await HostedPump.Kit(stage, driver).CheckAsync([29])).Single();

        verdict.Outcome.Should().Be(ConformanceOutcome.Passed);
        verdict.Detail.Should().MatchRegex(told);
    }
}
