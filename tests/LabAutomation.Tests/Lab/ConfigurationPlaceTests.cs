using LabAutomation.Lab;
using LabAutomation.Lab.Commands;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Lab;

/// <summary>Whoever has to put a value right is told where it stands.</summary>
public sealed class ConfigurationPlaceTests : IDisposable
{
    private const string Text = """
        {
          // what people allow
          "Policy": {
            "Planner": { "Tier": "god", "Tools": [ "shell", "ls" ] },
            "Envelope": {
              "Trials": 0
            }
          },
          "Instruments": [
            { "Name": "a" },
            { "Name": "b", "Family": "none" },
            {
              "Name": "c",
              "Family": "new-era-ne1000",
              "Connection": "cable:/dev/ttyUSB0",
              "Settings": { "diameter": "2,6", "colour": "red" },
              "Limits": [ "dispense.volume <= 5 mL", "dispense.volume <= 5 kg" ]
            }
          ]
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("place-").FullName;

    private string File => Path.Combine(_folder, "lab.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Policy:Envelope:Trials is 1 to 100000", 6, 7)]
    [InlineData("policy: 'Policy:Envelope:Trials' is wrong", 6, 7)]
    [InlineData("Policy:Planner: Tier is never, read or simulate", 4, 18)]
    [InlineData("Policy:Planner:Tools: there is no tool 'shell'", 4, 33)]
    [InlineData("Policy:Planner:Tools:1: there is no tool 'ls'", 4, 53)]
    [InlineData("Policy:Scribe: Tier is wrong", 3, 3)]
    [InlineData("Instruments:1: Family 'none' is not known", 11, 20)]
    [InlineData("Instruments:1: the Name of an instrument is short", 11, 7)]
    [InlineData("Instruments: the name 'a' is given 2 times", 9, 3)]
    [InlineData("instrument 'c': driver 'new-era-ne1000': setting 'diameter' is '2,6' and must be a number from 0.1 to 50", 16, 21)]
    [InlineData("instrument 'c': driver 'new-era-ne1000' has no setting 'colour'; known are address, diameter", 16, 40)]
    [InlineData("instrument 'c': driver 'new-era-ne1000' needs the setting 'address': a number from 0 to 99", 16, 7)]
    [InlineData("instrument 'c': 'cable:/dev/ttyUSB0' is no address of a device: tcp:HOST:PORT", 15, 7)]
    [InlineData("configuration: instrument 'c': Limits:1: 'kg' is no unit of a volume", 17, 46)]
    [InlineData("instrument 'b': driver family 'none' is not known; known are ika-namur", 11, 20)]
    public void In_the_file_with_line_and_column(string message, int line, int column) => Place(message).Should().Be($"'{File}', line {line}, column {column}");

    [Theory]
    [InlineData("it is broken")]
    [InlineData("Broker:Port is 0 to 65535")]
    [InlineData("nobody listens at tcp:127.0.0.1:9")]
    public void What_is_not_there_has_no_place(string message) => Place(message).Should().BeNull();

    [Fact]
    public void A_file_that_is_an_argument_is_the_file()
    {
        System.IO.File.WriteAllText(File, Text);

        ConfigurationPlace.Of("Instruments:1: Family 'none' is not known", LabProgram.Commands(Terminals.Captured().Terminal).Parse(["drive", File])).Should().Be($"'{File}', line 11, column 20");
    }

    [Fact]
    public void An_option_is_named_in_place_of_the_file()
    {
        Place("Policy:Envelope:Trials is 1 to 100000", "--set", "policy:envelope:trials=0").Should().Be("--set policy:envelope:trials");
        Place("Policy:Planner: Tier is never", "--set", "Policy:Planner:Tier=god").Should().Be("--set Policy:Planner:Tier");
        Place("Policy:Envelope:Trials is 1 to 100000", "--set", "Policy:Envelope:Hours=1").Should().StartWith($"'{File}'");
    }

    private string? Place(string message, params string[] more)
    {
        System.IO.File.WriteAllText(File, Text);
        return ConfigurationPlace.Of(message, LabProgram.Commands(Terminals.Captured().Terminal).Parse(["approvals", "--config", File, .. more]));
    }
}
