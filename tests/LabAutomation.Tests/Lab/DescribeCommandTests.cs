using LabAutomation.Instruments;
using LabAutomation.Lab;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Lab;

public sealed class DescribeCommandTests
{
    private readonly (Terminal Terminal, StringWriter Out, StringWriter Error) _seen = Terminals.Captured();

    [Fact]
    public async Task A_family_s_document_is_written()
    {
        var driver = ConformingFamilies.Undriven("ika-namur");

        (await RunAsync("describe", "ika-namur")).Should().Be(0);

        _seen.Out.ToString().Should().Be(AsyncApiDocument.Of("ika-namur", driver.Commands, driver.Properties));
    }

    [Fact]
    public async Task A_family_s_states_are_drawn()
    {
        (await RunAsync("describe", "ika-namur", "--graph")).Should().Be(0);

        _seen.Out.ToString().Should().StartWith("stateDiagram-v2").And.Contain("Resting --> Turning : Start");
    }

    [Fact]
    public async Task A_family_that_is_not_known_is_refused_with_those_that_are()
    {
        (await RunAsync("describe", "ika")).Should().Be(2);

        _seen.Error.ToString().Should().StartWith("lab: driver family 'ika' is not known; known are eurotherm-furnace, http-beamline, http-imager, ika-namur");
    }

    [Fact]
    public async Task A_family_of_one_s_own_is_described_like_those_that_come_with_the_lab()
    {
        var family = Own();

        (await LabProgram.RunAsync(["describe", "acme-pump"], _seen.Terminal, families: family)).Should().Be(0);
        (await LabProgram.RunAsync(["describe", "acme"], _seen.Terminal, families: family)).Should().Be(2);

        _seen.Out.ToString().Should().Contain("\"title\": \"acme-pump\"").And.Contain("command-dispense");
        _seen.Error.ToString().Should().Contain("known are acme-pump, eurotherm-furnace");
    }

    [Fact]
    public async Task A_family_of_one_s_own_that_cannot_be_made_is_told_once_with_its_line_before_anything_is_checked()
    {
        var family = new InstrumentFamily(
            "acme-two",
            (_, _, _, _) => throw new InvalidOperationException($"a flow in {Unit.Parse("mL per min")}"),
            _ => throw new NotSupportedException("it does not get so far"),
            ConformingFamilies.SampleOf("new-era-ne1000"));

        (await LabProgram.RunAsync(["conform", "acme-two"], _seen.Terminal, families: family)).Should().Be(10);

        _seen.Error.ToString().Trim().Should().MatchRegex(@"^lab: 'acme-two' cannot be made at \S*DescribeCommandTests\.cs:[0-9]+: .*mL per min.*$").And.NotContain("\n");
        _seen.Out.ToString().Should().BeEmpty();
    }

    [Fact]
    public async Task Among_all_documents_is_that_of_a_family_of_one_s_own_and_whatever_else_lies_there_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("lab-wire-").FullName;
        try
        {
            (await LabProgram.RunAsync(["describe", "--all", folder], _seen.Terminal, families: Own())).Should().Be(0);
            var stray = Path.Combine(folder, "schemas", "notes.txt");
            File.WriteAllText(stray, "to be sorted");

            (await LabProgram.RunAsync(["describe", "--all", folder, "--check"], _seen.Terminal, families: Own())).Should().Be(17);

            File.ReadAllText(Path.Combine(folder, "families", "acme-pump.asyncapi.json")).Should().Contain("command-dispense");
            _seen.Error.ToString().Should().StartWith($"lab: {stray} is no document of the contract or of a family").And.NotContain("acme-pump");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task All_documents_are_written_and_what_drifts_from_the_code_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("lab-wire-").FullName;
        try
        {
            (await RunAsync("describe", "--all", folder)).Should().Be(0);
            (await RunAsync("describe", "--all", folder, "--check")).Should().Be(0);
            _seen.Error.ToString().Should().BeEmpty();

            File.AppendAllText(Path.Combine(folder, "asyncapi.json"), " ");
            File.Delete(Path.Combine(folder, "schemas", "birth.schema.json"));
            File.WriteAllText(Path.Combine(folder, "families", "kettle.asyncapi.json"), "{}");

            (await RunAsync("describe", "--all", folder, "--check")).Should().Be(17);
            _seen.Error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Should().Equal(
                $"lab: {Path.Combine(folder, "schemas", "birth.schema.json")} is missing",
                $"lab: {Path.Combine(folder, "asyncapi.json")} is not what the code makes",
                $"lab: {Path.Combine(folder, "families", "kettle.asyncapi.json")} is no document of the contract or of a family",
                $"lab: 'lab describe --all {folder}' writes what is missing or differs");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("--all is about every family*", "ika-namur", "--all", "wire")]
    [InlineData("--all is about every family*", "--graph", "--all", "wire")]
    [InlineData("--check is about the folder of --all DIR", "ika-namur", "--check")]
    [InlineData("name a driver family, or a folder with --all DIR; known are *")]
    public async Task What_does_not_go_together_is_refused(string says, params string[] arguments)
    {
        (await RunAsync(["describe", .. arguments])).Should().Be(2);

        _seen.Error.ToString().Should().Match($"lab: {says}*");
    }

    private static InstrumentFamily Own() => new(
        "acme-pump",
        (settings, connect, labClock, linkClock) => DriverFamilies.BuiltIn.Create(new DriverSettings("new-era-ne1000", settings.Values), connect, labClock, linkClock),
        _ => throw new NotSupportedException("a description needs no device"),
        ConformingFamilies.SampleOf("new-era-ne1000")) { Settings = ConformingFamilies.SettingsOf("new-era-ne1000") };

    private Task<int> RunAsync(params string[] arguments) => LabProgram.RunAsync(arguments, _seen.Terminal);
}
