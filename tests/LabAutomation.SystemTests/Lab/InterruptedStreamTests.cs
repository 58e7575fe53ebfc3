using System.Diagnostics;
using System.Text;

namespace LabAutomation.SystemTests.Lab;

/// <summary>A detector's stream has no end of its own: a person ends it.</summary>
public sealed class InterruptedStreamTests
{
    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task Who_ends_a_stream_hears_what_became_of_the_frames_and_every_line_is_whole(string signal)
    {
        using var folder = new TemporaryFolder();
        Process.Start("mkfifo", [folder.At("frames")]).WaitForExit();
        using var lab = LabProcess.Start(folder.Path, "peaks", "frames", "--out", "peaks.jsonl", "--json");
        await using var detector = new FileStream(folder.At("frames"), FileMode.Open, FileAccess.Write);
        for (var frame = 0; frame < 10; frame++) await detector.WriteAsync(Frame(frame));
        await detector.FlushAsync();
        await lab.UntilItSaysAsync("\"frame\":10,");

        lab.Signal(signal);
        var ended = await lab.EndAsync();

        ended.ExitCode.Should().Be(0);
        ended.Out.Should().Contain("\"ended\":{\"offered\":10,").And.Contain("\"labelled\":10,");
        var lines = await File.ReadAllLinesAsync(folder.At("peaks.jsonl"));
        lines.Should().HaveCount(10).And.OnlyContain(line => line.StartsWith('{') && line.EndsWith('}'));
    }

    private static byte[] Frame(int seed)
    {
        var random = new Random(seed);
        return [.. Encoding.ASCII.GetBytes("P5\n64 64\n65535\n"), .. Enumerable.Range(0, 64 * 64).SelectMany(_ => new byte[] { 0, (byte)random.Next(20, 40) })];
    }
}
