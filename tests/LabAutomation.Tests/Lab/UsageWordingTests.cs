using LabAutomation.Lab;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Lab;

/// <summary>A command line that cannot be parsed is answered in the words of the lab.</summary>
public sealed class UsageWordingTests
{
    [Theory]
    [InlineData("lab: --count is a whole number, not 'x'", "--count", "x")]
    [InlineData("lab: --seed is a whole number, not '1.5'", "--seed", "1.5")]
    [InlineData("lab: --format is csv, json or table, not 'zz'", "--format", "zz")]
    public async Task What_is_wrong_and_what_would_be_right_is_said(string complaint, string option, string value)
    {
        var (terminal, _, error) = Terminals.Captured();

        (await LabProgram.RunAsync(["suggest", "a.yaml", "--observations", "b.csv", option, value], terminal)).Should().Be(2);

        error.ToString().Split(Environment.NewLine)[0].Should().Be(complaint);
    }
}
