using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LabAutomation.Instruments;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Tests.Instruments.Modbus;
using LabAutomation.Tests.Simulators;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments;

/// <summary>Bytes by chance, half of them good bytes gone bad, into simulated devices and into the links of drivers.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 10_000;

    private static readonly string[] BalanceCommands =
        ["I0\r\n", "I4\r\n", "S\r\n", "SI\r\n", "SIR\r\n", "T\r\n", "TA 12.5 g\r\n", "TI\r\n", "TAC\r\n", "Z\r\n", "ZI\r\n", "@\r\n", "D \"X\"\r\n"];

    private static readonly string[] BalanceAnswers =
        ["S S    12.3456 g\r\n", "S D    -0.0001 g\r\n", "S I\r\n", "S +\r\n", "S S     0.1000 kg\r\n", "ES\r\n", "I4 A \"B012\"\r\n", "SI\r\n"];

    [Fact]
    public void A_simulated_balance_bears_any_bytes()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        using var balance = new SimulatedDevice("mettler-mtsics", 1, clock);
        var (line, random) = (balance.Connect(), new Random(1));
        for (var k = 0; k < Rounds; k++)
        {
            var heard = line.Ask(Mangle(random, BalanceCommands));
            heard.Should().MatchRegex("^((S|SI|SIR|T|TI|TA|TAC|Z|ZI|I[0-4]|D|DW|K) [^\r\n]+\r\n|E[ST]\r\n)*$");
            if (k % 7 == 0) clock.Advance(TimeSpan.FromSeconds(random.NextDouble()));
        }

        clock.Advance(TimeSpan.FromSeconds(20));
        line.Ask("\r\n@\r\n").Should().EndWith("\"\r\n", "it still answers");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("rtu")]
    public void A_simulated_thermostat_bears_any_bytes(string framing)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        using var thermostat = new SimulatedDevice("modbus-thermostat", 1, clock, settings: new Dictionary<string, string> { ["framing"] = framing });
        var (line, random) = (thermostat.Connect(), new Random(2));
        string[] pdus = ["01 03 0000 0003", "01 04 000A 0006", "01 06 0002 0001", "01 10 0000 0002 04 0FA0 0000", "01 07", "02 03 0000 0001"];
        string[] requests = [.. pdus.Select((pdu, k) => framing == "tcp" ? Frames.Tcp(k, pdu) : Frames.Rtu(pdu))];
        var answers = 0;
        for (var k = 0; k < Rounds; k++)
        {
            var heard = line.Ask(Mangle(random, requests));
            for (; heard.Length > 0; answers++)
            {
                // Each answer is whole, of this unit, and answers one of the functions.
                var pdu = framing == "tcp" ? heard[7..(6 + heard[5])] : heard[1..(heard[1] > 0x80 ? 3 : heard[1] is '\x03' or '\x04' ? 3 + heard[2] : 6)];
                var frame = framing == "tcp" ? Frames.Tcp((heard[0] << 8) | heard[1], "01" + Hex(pdu)) : Frames.Rtu("01" + Hex(pdu));
                heard.Should().StartWith(frame);
                heard = heard[frame.Length..];
            }

            if (k % 3 == 0) clock.Advance(TimeSpan.FromMilliseconds(5));
        }

        answers.Should().BeGreaterThan(Rounds / 10);
        clock.Advance(TimeSpan.FromSeconds(1));
        using var again = thermostat.Connect();
        again.Ask(requests[0]).Should().NotBeEmpty("it still answers");
    }

    [Fact]
    public async Task The_link_of_a_balance_takes_nothing_for_a_weight_that_is_none()
    {
        var random = new Random(3);
        var taken = 0;
        for (var k = 0; k < Rounds; k++)
        {
            var answer = Mangle(random, BalanceAnswers);
            await using var link = new MettlerBalanceLink(_ => Task.FromResult<Stream>(new OneAnswer("I4 A \"B012\"\r\n", answer)), new JumpingClock());
            await link.OpenAsync(CancellationToken.None);
            var weight = await OrRefusedAsync(() => link.WeightAsync("SI", "S", _ => { }));
            if (weight is not { } read) continue;

            taken++;
            var line = answer[..(answer.IndexOf('\n') + 1)];
            line.Should().MatchRegex("^S [SD] [ 0-9.-]{10} k?g\r\n$");
            var shown = double.Parse(line.Substring(4, 10), CultureInfo.InvariantCulture) * (line.Contains('k') ? 1000 : 1);
            (read.Grams, read.IsStable).Should().Be((shown, line[2] == 'S'));
            Regex.IsMatch(line.Substring(4, 10), "^ *-?[0-9]+(\\.[0-9]+)?$").Should().BeTrue();
        }

        taken.Should().BeGreaterThan(100, "an answer that was left as it is counts");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("rtu")]
    public async Task The_framing_of_modbus_takes_nothing_for_an_answer_that_is_none(string framing)
    {
        var random = new Random(4);
        string Framed(string pdu, int transaction = 1) => framing == "tcp" ? Frames.Tcp(transaction, pdu) : Frames.Rtu(pdu);
        string[] answers =
        [
            Framed("01 03 06 0FA0 0000 0001"), Framed("01 03 06 0FA0 0000 0001", 9), Framed("01 03 04 0FA0 0000"), Framed("01 83 02"), Framed("02 03 06 0FA0 0000 0001"),
            Framed("01 04 06 0FA0 0000 0001"),
        ];
        var taken = 0;
        for (var k = 0; k < Rounds; k++)
        {
            var answer = Mangle(random, answers);
            await using var link = new InstrumentLink("device", _ => Task.FromResult<Stream>(new OneAnswer(answer)), new JumpingClock());
            await link.OpenAsync(CancellationToken.None);
            IModbusFraming sut = framing == "tcp" ? new ModbusTcpFraming(1) : new ModbusRtuFraming(1, 9600, new JumpingClock());
            var read = await OrRefusedAsync(async () => await sut.AskAsync(link, ModbusRequest.ReadHolding(0, 3)));
            if (read is null) continue;

            taken++;
            var whole = Framed("01" + Convert.ToHexString(read));
            answer.Should().Contain(whole, "unit, transaction, length and check are those of the request");
            (read[0] == 3 ? read.Length == 8 && read[1] == 6 : read[0] == 0x83 && read.Length == 2).Should().BeTrue();
        }

        taken.Should().BeGreaterThan(100);
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.Latin1.GetBytes(text));

    private static async Task<T?> OrRefusedAsync<T>(Func<Task<T?>> ask)
    {
        try
        {
            return await ask().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (Exception refused) when (refused is InstrumentLinkException or InstrumentFaultException)
        {
            return default;
        }
    }

    // A fifth is left as it is, a fifth is noise, the rest is changed, shortened, repeated or added to somewhere.
    private static string Mangle(Random random, string[] good)
    {
        var text = new StringBuilder(good[random.Next(good.Length)]);
        var kind = random.Next(5);
        if (kind == 0) return text.ToString();
        if (kind == 1) return string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(256)));
        for (var k = random.Next(3); k >= 0 && text.Length > 0; k--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0: text[at] = (char)(text[at] ^ (1 << random.Next(8))); break;
                case 1: text.Remove(at, random.Next(1, text.Length - at + 1)); break;
                case 2: text.Insert(at, (char)random.Next(256)); break;
                default: text.Append(good[random.Next(good.Length)]); break;
            }
        }

        return text.ToString();
    }

    /// <summary>Answers the first writes with these, one each, and is then at its end.</summary>
    private sealed class OneAnswer(params string[] answers) : MemoryStream
    {
        private readonly Queue<string> _answers = new(answers);
        private MemoryStream _answer = new();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_answers.TryDequeue(out var next)) _answer = new MemoryStream(Encoding.Latin1.GetBytes(next));
            return ValueTask.CompletedTask;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _answer.ReadAsync(buffer, cancellationToken);
    }
}
