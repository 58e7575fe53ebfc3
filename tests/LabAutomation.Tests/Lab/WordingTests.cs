using LabAutomation.Agents.Campaigns;
using LabAutomation.Lab.Display;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Lab;

public sealed class WordingTests
{
    [Theory]
    [InlineData(1100, "°C", "1100 °C")]
    [InlineData(999.7, "rpm", "1000 rpm")]
    [InlineData(0.54212, "mL", "0.542 mL")]
    [InlineData(12_345_678, "1", "1.23E+07")]
    [InlineData(0, "mL", "0 mL")]
    public void A_planned_value_is_told_as_a_person_reads_it(double value, string unit, string words) => Wording.Short(TrialValue.Of(Quantity.Of(value, unit))).Should().Be(words);
}
