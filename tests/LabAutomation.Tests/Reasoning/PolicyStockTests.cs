using LabAutomation.Hosting;
using Microsoft.Extensions.Options;

namespace LabAutomation.Tests.Reasoning;

public sealed class PolicyStockTests
{
    [Theory]
    [InlineData("pump", true)]
    [InlineData("pump-1", false)]
    public void A_limit_is_on_what_campaigns_call_it_since_on_another_name_it_would_limit_nothing(string name, bool isKnown)
    {
        var instruments = new InstrumentListOptions();
        instruments.Instruments.Add(new InstrumentOptions { Name = "pump-1", Role = "pump" });
        var policy = new PolicyOptions();
        policy.Envelope.Stock = new() { [name] = 10 };

        var judged = new PolicyValidation(Options.Create(instruments), Options.Create(new ReasoningOptions())).Validate(null, policy);

        judged.Succeeded.Should().Be(isKnown);
        if (!isKnown) judged.FailureMessage.Should().Contain("no consumable or instrument 'pump-1'").And.EndWith("there are pump");
    }
}
