using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Driving;

public sealed class DriverFamiliesTests
{
    [Fact]
    public void The_built_in_families_are_these() => DriverFamilies.BuiltIn.Names.Should().Equal(
        "eurotherm-furnace", "http-beamline", "http-imager", "ika-namur", "mettler-mtsics", "microreactor", "modbus-thermostat", "new-era-ne1000", "opentrons-http", "preciseflex-tcs", "quantos-mtsics",
        "scpi-diffractometer", "scpi-smu", "scpi-spectrometer");

    [Fact]
    public void Every_command_declares_a_unit_a_range_and_an_end_of_cancelling()
    {
        IDriver[] drivers =
        [
            Create("ika-namur"), Create("scpi-spectrometer"), Create("new-era-ne1000", ("diameter", "26.59")), Create("mettler-mtsics"), Create("modbus-thermostat", ("framing", "rtu")),
            Create("scpi-smu"), Create("http-imager"), Create("http-beamline"), Create("microreactor"),
            Create("preciseflex-tcs", ("positions", "1-60")), Create("eurotherm-furnace", ("positions", "21-28")), Create("quantos-mtsics", ("position", "1")), Create("scpi-diffractometer", ("position", "61")),
            Create("opentrons-http", ("pipette", "p20_single_gen2"), ("tip-slot", "1"), ("slot-1", "opentrons_96_tiprack_20ul")),
        ];
        foreach (var driver in drivers)
        {
            driver.Commands.Should().NotBeEmpty().And.OnlyContain(command => command.CancelWithin > 0 && command.Summary.Length > 0);
            driver.Commands.SelectMany(command => command.Parameters).Should().OnlyContain(parameter => parameter.Low < parameter.High);
            driver.Commands.Select(command => command.Name).Concat(driver.Properties.Select(property => property.Name)).Should().OnlyContain(name => Topics.IsName(name));
            driver.ToMermaid().Should().StartWith("stateDiagram-v2").And.Contain("Offline");
        }
    }

    [Theory]
    [InlineData("new-era-ne2000", "", "", "*'new-era-ne2000' is not known; known are eurotherm-furnace, http-beamline, http-imager, ika-namur, mettler-mtsics, microreactor, modbus-thermostat, new-era-ne1000, opentrons-http, preciseflex-tcs, quantos-mtsics, scpi-diffractometer, scpi-smu, scpi-spectrometer")]
    [InlineData("new-era-ne1000", "", "", "*needs the setting 'diameter'*0.1 to 50")]
    [InlineData("new-era-ne1000", "diametre", "26.59", "*no setting 'diametre'; known are address, diameter, volume")]
    [InlineData("new-era-ne1000", "diameter", "wide", "*'diameter' is 'wide' and must be a number from 0.1 to 50")]
    [InlineData("new-era-ne1000", "diameter", "NaN", "*must be a number*")]
    [InlineData("scpi-spectrometer", "address", "1", "*no setting 'address'; it has none")]
    [InlineData("mettler-mtsics", "unit", "g", "*no setting 'unit'; it has none")]
    [InlineData("microreactor", "policy", "../secret", "*'policy' is '../secret' and must be the name of a model, with @ and its version where it matters")]
    [InlineData("microreactor", "policy", "reactor-policy", "*'policy' names the model 'reactor-policy', and this program loads no models")]
    [InlineData("microreactor", "stuck-power-channels", "4", "*from 0 to 3")]
    [InlineData("http-beamline", "drift-from", "-1", "*from 0 to 1000000")]
    [InlineData("modbus-thermostat", "", "", "*'framing'*must be tcp or rtu")]
    [InlineData("modbus-thermostat", "framing", "ascii", "*'framing' is 'ascii' and must be tcp or rtu")]
    [InlineData("ika-namur", "fastest-speed", "1e9", "*from 50 to 2000")]
    [InlineData("scpi-smu", "wires", "3", "*'wires' is 3 and must be 2 or 4")]
    [InlineData("scpi-smu", "highest-voltage", "2000", "*from 0.2 to 1100")]
    [InlineData("http-imager", "snapshot", "snapshot", "*'snapshot' and must be a path such as /snapshot")]
    [InlineData("http-imager", "longest-exposure", "0.1", "*'shortest-exposure' must be less*")]
    [InlineData("preciseflex-tcs", "", "", "*needs the setting 'positions': positions from 1 to 9999*")]
    [InlineData("preciseflex-tcs", "positions", "one", "*'positions' is 'one' and must be positions*")]
    [InlineData("eurotherm-furnace", "positions", "28-21", "*must be positions*")]
    [InlineData("quantos-mtsics", "position", "0", "*from 1 to 9999")]
    [InlineData("scpi-diffractometer", "", "", "*needs the setting 'position'*")]
    public void Wrong_settings_say_what_would_be_right(string family, string key, string value, string message)
    {
        var creating = () => key.Length == 0 ? Create(family) : Create(family, (key, value));

        creating.Should().Throw<DriverSettingsException>().WithMessage(message);
    }

    [Fact]
    public void An_address_is_a_whole_number()
    {
        var creating = () => Create("new-era-ne1000", ("diameter", "26.59"), ("address", "1.5"));

        creating.Should().Throw<DriverSettingsException>().WithMessage("*'1.5' and must be a whole number");
    }

    [Fact]
    public void The_bin_of_an_arm_is_one_of_its_positions()
    {
        var creating = () => Create("preciseflex-tcs", ("positions", "1-60"), ("bin", "99"));

        creating.Should().Throw<DriverSettingsException>().WithMessage("*'bin' is 99 and must be one of the 'positions' 1-60");
    }

    [Fact]
    public void A_lab_can_bring_families_of_its_own()
    {
        var families = DriverFamilies.BuiltIn.With("mine", (settings, connect, lab, link) => DriverFamilies.BuiltIn.Create(settings with { Family = "ika-namur" }, connect, lab, link));

        families.Create(Commands.Settings("mine"), NoStream, TimeProvider.System, TimeProvider.System).Family.Should().Be("ika-namur");
    }

    [Theory]
    [InlineData("ika-namur", "7E1")]
    [InlineData("new-era-ne1000", "8N1")]
    [InlineData("mine", "7O2")]
    [InlineData("nobody's", "8N1")]
    public void A_family_knows_the_frame_of_its_serial_line(string family, string frame)
    {
        var families = DriverFamilies.BuiltIn.With("mine", (_, _, _, _) => throw new NotSupportedException(), "7O2");

        families.SerialFrameOf(family).Should().Be(frame);
    }

    private static IDriver Create(string family, params (string, string)[] settings) =>
        DriverFamilies.BuiltIn.Create(Commands.Settings(family, settings), NoStream, TimeProvider.System, TimeProvider.System);

    private static Task<Stream> NoStream(CancellationToken cancellation) => Task.FromResult(Stream.Null);
}
