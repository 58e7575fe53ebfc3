using System.Text;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

/// <summary>Whatever bytes come, a simulated device neither throws nor hangs, and afterwards answers as before.</summary>
public sealed class SimulatedDeviceFuzzTests
{
    private const int Usual = 10_000;

    private static readonly string[] Http =
    [
        "GET /status HTTP/1.1\r\n\r\n", "GET /snapshot HTTP/1.1\r\n\r\n", "POST /exposure HTTP/1.1\r\nContent-Length: 20\r\n\r\n{\"milliseconds\":50}\n",
        "GET /health HTTP/1.1\r\n\r\n", "POST /runs HTTP/1.1\r\nOpentrons-Version: 4\r\nContent-Length: 11\r\n\r\n{\"data\":{}}", "GET /runs HTTP/1.1\r\nOpentrons-Version: *\r\n\r\n",
        "POST /runs/run-1/commands HTTP/1.1\r\nOpentrons-Version: 4\r\nContent-Length: 45\r\n\r\n{\"data\":{\"commandType\":\"home\",\"params\":{ } }}",
        "POST /runs/run-1/commands?waitUntilComplete=true HTTP/1.1\r\nOpentrons-Version: 4\r\nContent-Length: 103\r\n\r\n{\"data\":{\"commandType\":\"loadPipette\",\"params\":{\"pipetteName\":\"p300_single_gen2\",\"mount\":\"left\"},\"a\":1}}",
        "POST /runs/run-1/actions HTTP/1.1\r\nOpentrons-Version: 4\r\nContent-Length: 30\r\n\r\n{\"data\":{\"actionType\":\"play\"}}",
    ];

    private static readonly string[] Scpi =
    [
        "*IDN?\n", "SOUR:VOLT 1.5\n", "OUTP ON\n", "READ?\n", "SYST:ERR?\n", "SENS:CURR:PROT 1E-3\n", "FORM:ELEM VOLT,CURR,STAT\n", "*RST;*CLS;*OPC\n", "SENS:FUNC \"VOLT\",\"CURR\"\n", ":MEAS?;:OUTP?\n",
    ];

    private static readonly string[] Console = ["ID\n", "ST\n", "RD\n", "SC\n", "IC 90\n", "IC 101\n", "CY 0 0 0 0 0 0 0 0 0\n", "CY 1 0.1 0.1 0.1 0.1 -1 -1 -1 -1\n", "IC 80\nCY 0 1 1 1 1 1 1 1 1\nSC\n"];

    [Theory]
    [InlineData("microreactor", "SC\n", "OK\n", 2000)]
    [InlineData("scpi-smu", "*OPC?\n", "1\n")]
    [InlineData("http-imager", "GET /status HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK")]
    [InlineData("http-beamline", "GET /status HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK")]
    [InlineData("opentrons-http", "GET /health HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK")]
    public void Thousands_of_random_strings_leave_a_device_in_order(string family, string question, string answer, int strings = Usual)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        using var device = new SimulatedDevice(family, 1, clock, settings: new Dictionary<string, string> { ["slot-1"] = "opentrons_96_tiprack_300ul" });
        var random = new Random(20260101);
        var samples = family switch { "scpi-smu" => Scpi, "microreactor" => Console, _ => Http };
        var line = device.Connect();
        for (var i = 0; i < strings; i++)
        {
            line.Write(Next(random, samples));
            if (i % 7 == 0) clock.Advance(TimeSpan.FromSeconds(random.NextDouble()));
            if (i % 3 == 0) line = device.Connect();
        }

        using var again = device.Connect();
        again.Ask(question).Should().StartWith(answer);
    }

    /// <summary>Noise, or something right with a few bytes of it changed, doubled or cut off.</summary>
    private static byte[] Next(Random random, string[] samples)
    {
        var bytes = new byte[random.Next(1, 60)];
        random.NextBytes(bytes);
        if (random.Next(4) == 0) return bytes;
        bytes = Encoding.Latin1.GetBytes(samples[random.Next(samples.Length)]);
        for (var changes = random.Next(4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(random.Next(2) == 0 ? 256 : 128);
        return random.Next(4) switch
        {
            0 => bytes[..random.Next(bytes.Length)],
            1 => [.. bytes, .. bytes],
            _ => bytes,
        };
    }
}
