using System.Globalization;
using System.Text;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Tests.Instruments.Http;

namespace LabAutomation.Tests.Instruments;

/// <summary>Whatever bytes answer, a driver's link neither hangs nor throws anything but what a link throws, and takes no value from what is no whole answer.</summary>
public sealed class LinkFuzzTests
{
    private const int Answers = 10_000;

    private static readonly string[] Readings = ["+1.000000E+00,+1.000000E-03,+4.000000E+00\n", "0,\"No error\"\n", "1\n", "#15hello\n", "KEITHLEY,2400,1,C30\n"];

    [Fact]
    public async Task Ten_thousand_random_answers_give_a_scpi_link_only_what_they_say()
    {
        var random = new Random(20260102);
        var taken = 0;
        for (var i = 0; i < Answers; i++)
        {
            var answer = Next(random, Readings);
            var device = new ScriptedDevice().Expect("READ?\n", answer);
            await using var link = new ScpiLink("device", device.ConnectAsync, new JumpingClock());
            await link.OpenAsync(CancellationToken.None);
            try
            {
                if (SmuReading.Of(await link.NumbersAsync("READ?", 3)) is not { } reading) continue;
                taken++;
                var said = answer[..answer.IndexOf('\n')].TrimEnd('\r').Split(',');
                (reading.Voltage, reading.Current).Should().Be((double.Parse(said[0], CultureInfo.InvariantCulture), double.Parse(said[1], CultureInfo.InvariantCulture)));
                said.Should().HaveCount(3);
            }
            catch (InstrumentLinkException)
            {
                // What it is for.
            }
        }

        taken.Should().BeInRange(100, Answers / 2, "some of the answers are whole, and many are not");
    }

    [Fact]
    public async Task Ten_thousand_random_blocks_have_the_length_that_they_tell()
    {
        var random = new Random(20260103);
        var taken = 0;
        for (var i = 0; i < Answers; i++)
        {
            var answer = Next(random, ["#15hello\n", "#210helloworld\n", "#3001x\r\n"]);
            var device = new ScriptedDevice().Expect("CURV?\n", answer);
            await using var link = new ScpiLink("device", device.ConnectAsync, new JumpingClock());
            await link.OpenAsync(CancellationToken.None);
            try
            {
                var block = await link.BlockAsync("CURV?");
                taken++;
                var digits = answer[1] - '0';
                block.Should().HaveCount(int.Parse(answer.AsSpan(2, digits), CultureInfo.InvariantCulture));
                Encoding.Latin1.GetString(block).Should().Be(answer.Substring(2 + digits, block.Length));
            }
            catch (InstrumentLinkException)
            {
                // What it is for.
            }
        }

        taken.Should().BeInRange(100, Answers * 9 / 10);
    }

    [Fact]
    public async Task Ten_thousand_random_answers_give_a_robots_driver_an_identity_only_where_they_hold_one()
    {
        const string health = """{"name":"Otie","robot_model":"OT-2 Standard","api_version":"7.3.0"}""";
        string[] samples =
        [
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {health.Length}\r\n\r\n{health}",
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{health.Length:x}\r\n{health}\r\n0\r\n\r\n",
        ];
        var random = new Random(20260104);
        var taken = 0;
        for (var i = 0; i < Answers; i++)
        {
            var answer = Next(random, samples);
            var device = new ScriptedHttpDevice().Expect("GET /health", answer, ends: true);
            await using var link = new OpentronsLink(device.ConnectAsync, new PatientClock());
            try
            {
                var told = await link.HealthAsync();
                taken++;
                if (!answer.Contains('\\', StringComparison.Ordinal)) answer.Should().ContainAll($"\"{told.Name}\"", $"\"{told.RobotModel}\"", $"\"{told.ApiVersion}\"");
            }
            catch (Exception error) when (error is InstrumentLinkException or InstrumentFaultException)
            {
                // What they are for.
            }
        }

        taken.Should().BeInRange(100, Answers * 9 / 10);
    }

    [Fact]
    public async Task Ten_thousand_random_answers_give_a_cameras_driver_whole_pictures_or_none()
    {
        const string map = "P5\n4 2\n255\nabcdefgh";
        string[] samples =
        [
            $"HTTP/1.1 200 OK\r\nContent-Type: image/x-portable-graymap\r\nContent-Length: {map.Length}\r\n\r\n{map}",
            $"HTTP/1.1 200 OK\r\nContent-Type: image/x-portable-graymap\r\nTransfer-Encoding: chunked\r\n\r\n{map.Length:x}\r\n{map}\r\n0\r\n\r\n",
        ];
        var random = new Random(20260105);
        var (taken, clock) = (0, new JumpingClock());
        for (var i = 0; i < Answers; i++)
        {
            var device = new ScriptedHttpDevice().ExpectJson("POST /exposure", "{\"milliseconds\":20}").Expect("GET /snapshot", Next(random, samples), ends: true);
            await using var driver = DriverFamilies.BuiltIn.Create(Commands.Settings("http-imager"), device.ConnectAsync, clock, new PatientClock());
            try
            {
                var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "capture"), new ScriptedScope(clock), CancellationToken.None);
                taken++;
                var bytes = ((Media)outcome.Data["picture"]).ToBytes();
                Pnm.TryRead(bytes, out var picture).Should().BeTrue();
                outcome.Outputs["mean"].Value.Should().Be(picture.Measure().Mean);
            }
            catch (Exception error) when (error is InstrumentLinkException or InstrumentFaultException)
            {
                // What they are for.
            }
        }

        taken.Should().BeInRange(100, Answers * 9 / 10);
    }

    /// <summary>Noise with an end, or something right with a few bytes of it changed, doubled, cut off or left out.</summary>
    private static string Next(Random random, string[] samples)
    {
        if (random.Next(5) == 0)
        {
            var noise = new byte[random.Next(1, 60)];
            random.NextBytes(noise);
            return Encoding.Latin1.GetString(noise) + "\n";
        }

        var text = new StringBuilder(samples[random.Next(samples.Length)]);
        for (var changes = random.Next(4); changes > 0; changes--) text[random.Next(text.Length)] = (char)random.Next(random.Next(2) == 0 ? 256 : 128);
        return random.Next(6) switch
        {
            0 => text.ToString(0, random.Next(text.Length)) + "\n",
            1 => text.ToString() + text,
            2 => text.Remove(random.Next(text.Length), 1).ToString(),
            _ => text.ToString(),
        };
    }
}
