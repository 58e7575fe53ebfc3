using System.Buffers.Binary;
using System.Text;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Diffraction;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

public sealed class PeakAnalystTests : IDisposable
{
    private static readonly DetectorGeometry Geometry = new(256, 256, 0.3, 60, 1.3);
    private static readonly DetectorScene Scene = new() { TearingTransmission = 1e9, Brightness = 1500, HotPixels = 1e-3 };

    private readonly PeakModels _models = new();

    public void Dispose() => _models.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void The_hit_rate_is_the_share_of_frames_with_a_crystal(double rate)
    {
        var detector = new AreaDetector(Geometry, Scene with { BestHitRate = rate }, UnitCell.Lysozyme, 3);
        var frames = Enumerable.Range(1, 16).Select(number => detector.Draw(number)).ToList();

        var (hitRate, peaks) = Analyst().Run(Stack([.. frames.Select(frame => frame.Counts)]));

        hitRate.Value.Should().Be(frames.Count(frame => frame.Peaks.Count > 0) / 16.0);
        hitRate.Sd.Should().BeInRange(0.04, 0.13);
        peaks.Value.Should().BeInRange(0.1 * frames.Average(frame => frame.Peaks.Count), Math.Max(0.1, frames.Average(frame => frame.Peaks.Count)));
        if (rate > 0) peaks.Sd.Should().BePositive();
    }

    [Fact]
    public void A_frame_with_more_candidates_than_are_looked_at_is_left_out_alone_and_told()
    {
        var detector = new AreaDetector(DetectorGeometry.Small, Scene with { BestHitRate = 1 }, UnitCell.Lysozyme, 3);
        ushort[][] frames = [.. Enumerable.Range(1, 6).Select(number => detector.Draw(number).Counts)];
        var flooded = (ushort[])[.. frames[2].Select((_, i) => (ushort)(i % 512 % 7 < 2 && i / 512 % 7 < 2 ? 900 : 20))];
        var analyst = Analyst();

        var (hitRate, _) = analyst.Run(Stack([frames[0], frames[1], flooded, .. frames[3..]], 512));

        hitRate.Value.Should().Be(1, "of the five others each is a hit");
        analyst.Notice.Should().StartWith("1 of 6 frames are left out; frame 3: more than 4096 places of the frame stand out");
        Analyst().Invoking(one => one.Run(Stack([flooded, frames[1], flooded, frames[3], flooded, frames[5]], 512))).Should().Throw<AnalysisException>().WithMessage("3 of 6 frames cannot be labelled; frame 1: more than*");
    }

    [Fact]
    public void A_network_that_sees_nothing_is_told_with_the_trial()
    {
        var detector = new AreaDetector(Geometry, Scene with { BestHitRate = 1 }, UnitCell.Lysozyme, 3);
        _models.SwapInConstant("1.1", share: 0);
        var analyst = Analyst();

        var (hitRate, _) = analyst.Run(Stack([.. Enumerable.Range(1, 4).Select(number => detector.Draw(number).Counts)]));

        hitRate.Value.Should().Be(0);
        analyst.Notice.Should().MatchRegex("^the network may be blind: it sees 0 % of the \\d+ peaks of the classical finder$");
    }

    [Theory]
    [InlineData(1.1, false)]
    [InlineData(2.2, true)]
    public void Scores_that_are_not_what_the_card_calls_usual_are_told_with_the_trial(double width, bool isTold)
    {
        using var models = new PeakModels("usual: { doubt: [0.01, 0.3], times: [0.7, 1.4] }");
        var detector = new AreaDetector(Geometry, Scene with { BestHitRate = 1, PeakWidth = width, Background = 3 }, UnitCell.Lysozyme, 3);
        var analyst = new PeakAnalyst(models.Model, hit: 8);

        analyst.Run(Stack([.. Enumerable.Range(1, 8).Select(number => detector.Draw(number).Counts)]));

        (analyst.Notice is { } notice && notice.StartsWith("the scores drift: it sees ", StringComparison.Ordinal)).Should().Be(isTold);
    }

    [Fact]
    public void Three_frames_are_too_few() => FluentActions.Invoking(() => Analyst().Run(Stack([[1], [2], [3]], 1))).Should().Throw<AnalysisException>().WithMessage("3 frames are too few*at least 4*");

    [Fact]
    public void Something_else_than_graymaps_is_refused() =>
        FluentActions.Invoking(() => Analyst().Run(new Media("image/png", "P5"u8.ToArray()))).Should().Throw<AnalysisException>().WithMessage("*image/x-portable-graymap*image/png");

    [Theory]
    [InlineData("P5\n1 1\n65535\nab", "P6\n1 1\n65535\nab", "frame 2 does not begin as a graymap*")]
    [InlineData("P5\n1 1\n255\na", "", "frame 1 does not begin as a graymap*")]
    [InlineData("P5\n0 1\n65535\n", "", "frame 1 does not begin as a graymap*")]
    [InlineData("P5\n-1 1\n65535\n", "", "frame 1 does not begin as a graymap*")]
    [InlineData("P5\n1 1\n65535\nab", "P5\n2 1\n65535\nabcd", "frame 2 has 2 × 1 pixels, those before it 1 × 1")]
    [InlineData("P5\n2 2\n65535\nabcd", "", "frame 1 is cut off: it has 2 of 4 pixels")]
    public void Frames_that_are_none_are_refused_and_told_why(string first, string second, string message) =>
        FluentActions.Invoking(() => GraymapStack.Read(Encoding.Latin1.GetBytes(first + second))).Should().Throw<AnalysisException>().WithMessage(message);

    [Fact]
    public void A_pixel_that_never_changes_does_not_live()
    {
        var stack = GraymapStack.Read(Stack([[0, 7, 1], [0, 8, 1], [0, 7, 2]], 3).ToBytes());

        (stack.Width, stack.Height).Should().Be((3, 1));
        stack.Frames[1].Should().Equal([0, 8, 1]);
        stack.Living().Should().Equal(false, true, true);
    }

    private static Media Stack(ushort[][] frames, int width = 256)
    {
        using var bytes = new MemoryStream();
        foreach (var frame in frames)
        {
            bytes.Write(Encoding.ASCII.GetBytes($"P5\n{width} {frame.Length / width}\n65535\n"));
            var samples = new byte[2 * frame.Length];
            for (var i = 0; i < frame.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(samples.AsSpan(2 * i), frame[i]);
            bytes.Write(samples);
        }

        return new Media("image/x-portable-graymap", bytes.ToArray());
    }

    private PeakAnalyst Analyst() => new(_models.Model, hit: 8);
}
