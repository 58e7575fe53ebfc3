using System.Text;
using LabAutomation.Agents.AskTell;

namespace LabAutomation.Tests.AskTell;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\n\nbc", new[] { "a", "", "bc" })]
    [InlineData("a\r\nb\r\n", new[] { "a\r", "b\r" })]
    public void Lines_end_with_a_line_feed_or_with_the_input(string text, string[] lines) => Read(text, 100).Should().Equal(lines);

    [Fact]
    public void A_line_beyond_the_limit_is_passed_over_and_the_next_one_is_read() =>
        Read($"{new string('x', 11)}\n{new string('y', 10)}\n{new string('z', 200_000)}\nend", 10).Should().Equal("(too long)", new string('y', 10), "(too long)", "end");

    [Fact]
    public void A_line_of_many_chunks_is_whole()
    {
        var text = string.Concat(Enumerable.Range(0, 100_000).Select(k => (char)('a' + k % 26)));

        Read($"{text}\nb", 1 << 20).Should().Equal(text, "b");
    }

    [Fact]
    public void Bytes_that_come_one_by_one_are_lines_all_the_same()
    {
        var reader = new LineReader(new Trickle("ab\ncd\n"u8.ToArray()), 10);

        Encoding.UTF8.GetString(reader.Read()!.Value.Bytes.Span).Should().Be("ab");
        Encoding.UTF8.GetString(reader.Read()!.Value.Bytes.Span).Should().Be("cd");
        reader.Read().Should().BeNull();
    }

    private static List<string> Read(string text, long limit)
    {
        var (reader, lines) = (new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), limit), new List<string>());
        while (reader.Read() is { } line) lines.Add(line.IsTooLong ? "(too long)" : Encoding.UTF8.GetString(line.Bytes.Span));
        return lines;
    }

    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
