using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace LabAutomation.SystemTests.Lab;

/// <summary>Programs that answer a stream, told to end while the stream stays open: what has come is answered, every line is whole, and the totals are told.</summary>
public sealed class StreamSignalTests
{
    private const int Side = 64;

    [Theory]
    [InlineData("-TERM")]
    [InlineData("-INT")]
    public async Task A_signal_ends_the_labelling_of_frames_with_whole_lines_and_the_totals(string signal)
    {
        using var folder = new TemporaryFolder();
        using var lab = new PipedLab("peaks", "-", "--json", "--out", folder.At("peaks.jsonl"));
        var frames = Frames(13);

        // The last one stays half, as where a detector is stopped between two writes.
        await lab.SendAsync(frames.AsMemory(0, frames.Length - (Side * Side)));
        (await lab.ReadAsync()).Should().StartWith("{\"frame\":");
        lab.Signal(signal);

        (await lab.ExitAsync()).Should().Be(0);
        var (_, rest, error) = await lab.EndAsync();
        var ended = JsonDocument.Parse(rest.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement.GetProperty("ended");
        var written = await File.ReadAllTextAsync(folder.At("peaks.jsonl"));
        written.Should().EndWith("}\n");
        var lines = written.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("frame").GetInt32()).Order().ToList();
        lines.Should().Equal(Enumerable.Range(1, lines.Count)).And.HaveCountGreaterThanOrEqualTo(8).And.HaveCountLessThanOrEqualTo(12);
        (ended.GetProperty("offered").GetInt32(), ended.GetProperty("labelled").GetInt32(), ended.GetProperty("left").GetInt32()).Should().Be((lines.Count, lines.Count, 0));
        error.Should().Be("lab: model bragg-peaks 1.0 on cpu\n");
    }

    [Theory]
    [InlineData("-TERM")]
    [InlineData("-INT")]
    public async Task A_signal_ends_the_run_of_a_model_when_what_was_asked_is_answered_and_the_totals_are_told(string signal)
    {
        using var lab = new PipedLab("model", "run", "yardstick");
        var features = string.Join(',', Enumerable.Repeat("0.5", 16));
        for (var k = 1; k <= 3; k++) (await lab.SayAsync($"{{\"id\":{k},\"inputs\":{{\"features\":[{features}]}}}}")).Should().StartWith($$"""{"id":{{k}},"line":{{k}},"outcome":"answered",""");

        await lab.SendAsync("{\"id\":4,");
        lab.Signal(signal);

        (await lab.ExitAsync()).Should().Be(0);
        var (_, rest, error) = await lab.EndAsync();
        rest.Should().BeEmpty("half a line is no call");
        error.Should().StartWith("lab: model yardstick 1.0 on cpu\n").And.Contain("lab: calls: 3 answered; ");
    }

    [Fact]
    public async Task Who_no_longer_reads_the_answers_of_a_model_ends_it_with_an_error_of_its_own()
    {
        using var lab = new PipedLab("model", "run", "yardstick");
        var call = $"{{\"inputs\":{{\"features\":[{string.Join(',', Enumerable.Repeat("0.5", 16))}]}}}}";
        await lab.SayAsync(call);

        lab.StopReading();
        await lab.SendAsync(call + "\n");
        lab.EndInput();

        (await lab.ExitAsync()).Should().Be(9, await lab.ErrorAsync());
    }

    /// <summary>Noise, of which only the number of frames matters here.</summary>
    private static byte[] Frames(int count)
    {
        var random = new Random(1);
        using var bytes = new MemoryStream();
        for (var frame = 0; frame < count; frame++)
        {
            bytes.Write(Encoding.ASCII.GetBytes($"P5\n{Side} {Side}\n65535\n"));
            var counts = new byte[2 * Side * Side];
            for (var i = 0; i < counts.Length; i += 2) BinaryPrimitives.WriteUInt16BigEndian(counts.AsSpan(i), (ushort)random.Next(180, 220));
            bytes.Write(counts);
        }

        return bytes.ToArray();
    }
}
