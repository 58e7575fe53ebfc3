using LabAutomation.Hosting;
using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>One device has one driver, which speaks as its line does: what cannot be is refused before anything is reached.</summary>
public sealed class InstrumentLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tcp:pump-server:4001", "{}", "tcp:pump-server:4001", "{}", "'p' and 'q' have the same Connection, 'tcp:pump-server:4001', and the same address on it, 0: ")]
    [InlineData("tcp:pump-server:4001", "{}", "tcp:PUMP-server:4001", """{ "address": "00" }""", "'p' and 'q' have the same Connection, 'tcp:pump-server:4001', and the same address on it, 0: ")]
    [InlineData("serial:/dev/ttyUSB0@9600", "{}", "serial:/dev/ttyUSB0@19200,7E1", "{}", "'p' and 'q' have the same Connection, 'serial:/dev/ttyUSB0@9600', and the same address on it, 0: ")]
    [InlineData("tcp:pump-server:4001", "{}", "tcp:pump-server:4001", """{ "address": "1" }""", null)]
    [InlineData("tcp:pump-server:4001", "{}", "tcp:pump-server:4002", "{}", null)]
    [InlineData("serial:/dev/ttyUSB0@9600", "{}", "serial:/dev/ttyUSB1@9600", "{}", null)]
    public async Task Two_pumps(string connection, string settings, string other, string otherSettings, string? refused) =>
        await CheckedAsync(Instrument("p", "new-era-ne1000", connection, settings, "\"diameter\": \"26.59\""), Instrument("q", "new-era-ne1000", other, otherSettings, "\"diameter\": \"26.59\""), refused);

    [Theory]
    [InlineData("scpi-smu", "{}", "scpi-smu", "{}", "'p' and 'q' have the same Connection, 'tcp:10.0.0.7:502': ")]
    [InlineData("ika-namur", "{}", "mettler-mtsics", "{}", "'p' and 'q' have the same Connection, 'tcp:10.0.0.7:502': ")]
    [InlineData("modbus-thermostat", """{ "framing": "tcp", "unit-id": "2" }""", "eurotherm-furnace", """{ "positions": "21-28", "unit-id": "2" }""", "'p' and 'q' have the same Connection, 'tcp:10.0.0.7:502', and the same address on it, 2: ")]
    [InlineData("modbus-thermostat", """{ "framing": "tcp", "unit-id": "2" }""", "eurotherm-furnace", """{ "positions": "21-28" }""", null)]
    public async Task Two_families(string family, string settings, string other, string otherSettings, string? refused) =>
        await CheckedAsync(Instrument("p", family, "tcp:10.0.0.7:502", settings), Instrument("q", other, "tcp:10.0.0.7:502", otherSettings), refused);

    [Fact]
    public async Task What_is_simulated_has_no_line() =>
        await CheckedAsync(Instrument("p", "mettler-mtsics", "simulated", "{}"), Instrument("q", "mettler-mtsics", "simulated", "{}"), null);

    [Theory]
    [InlineData("opentrons-http", "serial:/dev/ttyUSB0@9600", """{ "pipette": "p300_single_gen2", "tip-slot": "1", "slot-1": "opentrons_96_tiprack_300ul" }""", "Instruments:0: family 'opentrons-http' speaks HTTP, so its Connection is tcp:HOST:PORT, not 'serial:/dev/ttyUSB0@9600'")]
    [InlineData("http-imager", "serial:/dev/ttyUSB0@9600", "{}", "Instruments:0: family 'http-imager' speaks HTTP")]
    [InlineData("modbus-thermostat", "serial:/dev/ttyUSB0@9600", """{ "framing": "tcp" }""", "Instruments:0: framing 'tcp' is not spoken on a serial line")]
    [InlineData("modbus-thermostat", "serial:/dev/ttyUSB0@19200,8E1", """{ "framing": "rtu", "baud": "9600" }""", "Instruments:0: baud is '9600' and its Connection is 'serial:/dev/ttyUSB0@19200,8E1'")]
    [InlineData("modbus-thermostat", "serial:/dev/ttyUSB0@19200,8E1", """{ "framing": "rtu", "baud": "19200" }""", null)]
    [InlineData("modbus-thermostat", "serial:/dev/ttyUSB0@19200,8E1", """{ "framing": "rtu" }""", null)]
    [InlineData("ika-namur", "tcp:h h:5", "{}", "'tcp:h h:5' names no host and port")]
    public async Task A_line_that_its_driver_cannot_speak_on(string family, string connection, string settings, string? refused) =>
        await CheckedAsync(Instrument("p", family, connection, settings), Instrument("q", "mettler-mtsics", "simulated", "{}"), refused);

    private async Task CheckedAsync(string one, string two, string? refused)
    {
        var file = _folder.Write("drive.json", $$"""{ "Lab": { "Site": "bench" }, "Broker": { "Host": "localhost", "Port": 1883, "ClientId": "{client}" }, "Instruments": [{{one}}, {{two}}] }""");

        using var lab = LabProcess.StartAsTyped(_folder.Path, ["drive", file, "--check"], new Dictionary<string, string?>());
        var result = await lab.EndAsync();

        result.ExitCode.Should().Be(refused is null ? 0 : 4, result.Out + result.Error);
        if (refused is not null) result.Error.Should().Contain(refused);
    }

    private static string Instrument(string name, string family, string connection, string settings, string more = "") =>
        $$"""{ "Name": "{{name}}", "Family": "{{family}}", "Connection": "{{connection}}", "Settings": {{(settings == "{}" ? $"{{ {more} }}" : more.Length == 0 ? settings : settings.Replace("}", $", {more} }}", StringComparison.Ordinal))}} }""";
}
