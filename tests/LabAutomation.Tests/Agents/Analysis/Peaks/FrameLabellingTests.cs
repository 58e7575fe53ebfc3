using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Models;
using LabAutomation.Simulators.Diffraction;
using static LabAutomation.Tests.Agents.Analysis.Peaks.FrameStreams;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

/// <summary>A stream of frames labelled as it comes, as <c>lab peaks</c> does it.</summary>
public sealed class FrameLabellingTests : IDisposable
{
    private static readonly DetectorGeometry Geometry = new(256, 256, 0.3, 60, 1.3);
    private static readonly DetectorScene Usual = new() { TearingTransmission = 1e9, Brightness = 1500, BestHitRate = 1, HotPixels = 1e-3 };

    private readonly PeakModels _models = new();
    private readonly List<LabelledFrame> _out = [];
    private readonly List<string> _notices = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("labelling-").FullName;

    public void Dispose()
    {
        _models.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Frames_come_out_with_their_peaks_and_who_decided()
    {
        var drawn = Draw(Usual with { BestHitRate = 0.5 }, 12);
        var labelling = Labelling();

        await labelling.RunAsync(new MemoryStream(Graymaps(drawn)), CancellationToken.None);

        _out.Select(frame => frame.Number).Should().BeEquivalentTo(Enumerable.Range(1, 12).Select(n => (long)n));
        _out.Should().OnlyContain(frame => frame.By == "bragg-peaks 1.0" && frame.Failure == null);
        _out.Where(frame => frame.IsHit).Select(frame => frame.Number).Should().BeEquivalentTo(drawn.Where(frame => frame.Peaks.Count > 0).Select(frame => (long)frame.Number));
        labelling.Totals.Should().Be(new LabellingTotals(12, 0, 0, 0, 12, _out.Count(frame => frame.IsHit), _out.Sum(frame => frame.Peaks.Length)));
        _notices.Should().Equal("the card of bragg-peaks 1.0 does not say what is usual of its scores (provenance.usual): what the first frames show counts as usual");
    }

    [Fact]
    public async Task A_frame_of_another_size_is_told_with_both_sizes_and_has_a_line_of_its_own()
    {
        byte[] stream = [.. Graymaps(Draw(Usual, 5)), .. Small(1), .. Graymaps(Draw(Usual, 2))];
        var labelling = Labelling();

        await labelling.RunAsync(new MemoryStream(stream), CancellationToken.None);

        (labelling.Totals.Offered, labelling.Totals.Refused, labelling.Totals.Labelled).Should().Be((8, 1, 7));
        _out.Select(frame => frame.Number).Should().BeEquivalentTo(Enumerable.Range(1, 8).Select(n => (long)n));
        var odd = _out.Single(frame => frame.Number == 6);
        (odd.By, odd.IsHit, odd.Failure).Should().Be((null, false, "it has 128 × 128 pixels, and the detector's frames have 256 × 256"));
        Told.Should().Equal($"frame 6 is not labelled: {odd.Failure}");
    }

    [Fact]
    public async Task One_odd_frame_at_the_beginning_does_not_say_what_the_detector_is_like()
    {
        var labelling = Labelling();

        await labelling.RunAsync(new MemoryStream([.. Small(1), .. Graymaps(Draw(Usual, 10))]), CancellationToken.None);

        (labelling.Totals.Offered, labelling.Totals.Refused, labelling.Totals.Labelled).Should().Be((11, 1, 10));
    }

    [Fact]
    public async Task Frames_of_no_common_size_end_the_stream_by_name()
    {
        var labelling = Labelling();

        await labelling.Invoking(one => one.RunAsync(new MemoryStream([.. Small(3), .. Graymaps(Draw(Usual, 2))]), CancellationToken.None))
            .Should().ThrowAsync<DataSetException>().WithMessage("a test: of the first 5 frames 3 have one size, 128 × 128*at least 4 of one size*");
    }

    [Fact]
    public async Task Of_many_frames_that_are_not_labelled_a_few_are_told()
    {
        var labelling = Labelling();

        await labelling.RunAsync(new MemoryStream([.. Graymaps(Draw(Usual, 8)), .. Small(20)]), CancellationToken.None);

        labelling.Totals.Refused.Should().Be(20);
        Told.Should().HaveCount(5);
        Told.Last().Should().StartWith("frame 13 is not labelled: ").And.EndWith("further ones are told with their frames and in the totals alone");
    }

    [Fact]
    public async Task Where_the_stream_breaks_off_the_frames_that_are_left_are_counted()
    {
        var labelling = new FrameLabelling(_models.Registry, Options(), frame => throw new IOException("No space left on device"), _notices.Add, TimeProvider.System);

        await labelling.Invoking(one => one.RunAsync(new MemoryStream(Graymaps(Draw(Usual, 9))), CancellationToken.None)).Should().ThrowAsync<IOException>();

        var totals = labelling.Totals;
        totals.Left.Should().BeGreaterThan(0).And.Be(totals.Offered - totals.Labelled);
    }

    [Fact]
    public async Task What_is_cut_off_or_no_frame_ends_the_stream_by_name_and_what_came_before_is_labelled()
    {
        var labelling = Labelling();
        var cut = Labelling();
        var few = Labelling();

        await labelling.Invoking(one => one.RunAsync(new MemoryStream([.. Graymaps(Draw(Usual, 9)), .. "nonsense and more"u8]), CancellationToken.None))
            .Should().ThrowAsync<DataSetException>().WithMessage("a test: frame 10 does not begin as a graymap of 16 bits*");
        await cut.Invoking(one => one.RunAsync(new MemoryStream(Graymaps(Draw(Usual, 9))[..^1000]), CancellationToken.None)).Should().ThrowAsync<DataSetException>().WithMessage("a test: frame 9 is cut off: *");
        await few.Invoking(one => one.RunAsync(new MemoryStream(Graymaps(Draw(Usual, 3))), CancellationToken.None)).Should().ThrowAsync<DataSetException>().WithMessage("a test: 3 frames are too few*");

        (labelling.Totals.Labelled, cut.Totals.Labelled, few.Totals.Labelled).Should().Be((9, 8, 0));
    }

    [Fact]
    public async Task What_is_cut_off_early_ends_the_stream_and_what_came_before_is_labelled_all_the_same()
    {
        var labelling = Labelling();

        await labelling.Invoking(one => one.RunAsync(new MemoryStream(Graymaps(Draw(Usual, 6))[..^1000]), CancellationToken.None)).Should().ThrowAsync<DataSetException>().WithMessage("a test: frame 6 is cut off: *");

        labelling.Totals.Should().BeEquivalentTo(new { Offered = 5, Labelled = 5, Left = 0 });
    }

    [Fact]
    public async Task Whoever_cancels_early_has_what_came_labelled()
    {
        using var stop = new CancellationTokenSource();
        var labelling = Labelling();

        await labelling.RunAsync(new Frames(Passing()), stop.Token);

        labelling.Totals.Should().BeEquivalentTo(new { Offered = 5, Labelled = 5, Left = 0 });

        IEnumerable<byte[]> Passing()
        {
            yield return Graymaps(Draw(Usual, 5));
            stop.Cancel();
            stop.Token.ThrowIfCancellationRequested();
        }
    }

    [Theory]
    [InlineData("P6\n128 128\n255\n", "and this begins with 'P6 128 128 255 '")]
    [InlineData("hello\n", "and this begins with 'hello '")]
    [InlineData("P5\n# a comment\n128 128\n", "and here stands 'P5 # a comment 1'")]
    [InlineData("P5\n128 128\n255\n", "and its largest count is '255'")]
    [InlineData("P5\n99999 128\n65535\n", "its sides are 1 to 8192 pixels, and these are '99999 128'")]
    public async Task What_is_no_frame_is_told_with_its_place_and_what_it_has(string head, string message) =>
        await Labelling().Invoking(one => one.RunAsync(new MemoryStream([.. Graymaps(Draw(Usual, 1)), .. System.Text.Encoding.Latin1.GetBytes(head)]), CancellationToken.None))
            .Should().ThrowAsync<DataSetException>().WithMessage($"a test: frame 2 does not begin as a graymap of 16 bits, which has 'P5', width and height, and 65535 in lines of their own: {message}, at byte 131090");

    [Fact]
    public async Task A_model_for_something_else_is_refused_before_a_frame_is_read()
    {
        using var registry = ModelRegistry.OpenOnly("yardstick", Path.Combine(AppContext.BaseDirectory, "models"), new ModelOptions());
        var labelling = new FrameLabelling(registry, new FrameLabellingOptions { Source = "a test", Model = "yardstick", ModelFolder = _folder }, _out.Add, _notices.Add, TimeProvider.System);

        await labelling.Invoking(one => one.RunAsync(Stream.Null, CancellationToken.None)).Should().ThrowAsync<ModelException>().WithMessage("Model 'yardstick' does not label peaks: *");
    }

    [Fact]
    public async Task Drift_is_told_the_classical_finder_relabels_and_a_version_that_is_put_there_takes_over_without_the_loss_of_a_frame()
    {
        var (usual, drifted) = (Graymaps(Draw(Usual with { Brightness = 3000 }, 40)), Graymaps(Draw(Usual with { Brightness = 6000, PeakWidth = 2.2, Background = 3 }, 20)));
        var swapped = false;
        var patches = Path.Combine(_folder, "patches");
        var labelling = Labelling(patches, notice =>
        {
            if (notice.Contains("patches", StringComparison.Ordinal)) PeakModels.Put(_folder, "1.1");
            if (notice.Contains("has taken the place", StringComparison.Ordinal)) Volatile.Write(ref swapped, true);
        });

        await labelling.RunAsync(new Frames(Passing()), CancellationToken.None);

        _notices.Should().Contain(notice => notice.StartsWith("the scores of bragg-peaks 1.0 drift: its doubt was "))
            .And.Contain("bragg-peaks 1.1 has taken the place of 1.0").And.Contain(notice => notice.StartsWith("bragg-peaks 1.1 decides from now on: it sees ")).And.Contain(notice => notice.StartsWith("400 patches with"));
        File.Exists(Path.Combine(patches, "patches.json")).Should().BeTrue();
        _out.Select(frame => frame.By).Distinct().Should().BeEquivalentTo(["bragg-peaks 1.0", "classical", "bragg-peaks 1.1"]);
        _out.Select(frame => frame.Number).Order().Should().Equal(Enumerable.Range(1, _out.Count).Select(n => (long)n));
        (labelling.Totals.Offered, labelling.Totals.Labelled).Should().Be((_out.Count, _out.Count));

        IEnumerable<byte[]> Passing()
        {
            for (var turn = 0; turn < 12; turn++) yield return usual;
            for (var turn = 0; turn < 400 && !Volatile.Read(ref swapped); turn++) yield return drifted;
            for (var turn = 0; turn < 4; turn++) yield return usual;
        }
    }

    [Fact]
    public async Task Another_version_that_sees_nothing_is_told_and_peaks_go_on_to_be_found()
    {
        var usual = Graymaps(Draw(Usual, 40));
        var swapped = false;
        var labelling = Labelling(noticed: notice =>
        {
            if (notice.Contains("has taken the place", StringComparison.Ordinal)) Volatile.Write(ref swapped, true);
        });

        await labelling.RunAsync(new Frames(Passing()), CancellationToken.None);

        // Who watches the folder and who labels tell of it independently.
        Told.Should().HaveCount(3).And.Contain("bragg-peaks 1.1 has taken the place of 1.0").And.Contain(notice => notice.StartsWith("bragg-peaks 1.1 is on trial: "));
        Told.Should().Contain(notice => notice.StartsWith("bragg-peaks 1.1 is not trusted: it sees 0 % of the classical finder's peaks, "));
        _out.Select(frame => frame.By).Distinct().Should().BeEquivalentTo(["bragg-peaks 1.0", "classical"]);
        _out.Where(frame => frame.By == "classical").Average(frame => frame.Peaks.Length).Should().BeGreaterThan(20);

        IEnumerable<byte[]> Passing()
        {
            for (var turn = 0; turn < 400 && !Volatile.Read(ref swapped); turn++)
            {
                // A folder that is there at the beginning counts as known.
                if (turn == 2) PeakModels.PutConstant(_folder, "1.1", share: 0);
                yield return usual;
            }

            yield return usual;
        }
    }

    [Fact]
    public async Task Frames_that_drift_from_the_first_one_are_told_where_the_card_says_what_is_usual()
    {
        var measuring = Labelling(areUsual: true);
        await measuring.RunAsync(new MemoryStream(Graymaps(Draw(Usual, 80))), CancellationToken.None);
        using var models = new PeakModels(measuring.MeasuredUsual);
        var drifted = new FrameLabelling(models.Registry, Options(), _out.Add, _notices.Add, TimeProvider.System);
        _notices.Clear();

        await drifted.RunAsync(new MemoryStream(Graymaps(Draw(Usual with { PeakWidth = 2.2, Background = 3 }, 20))), CancellationToken.None);

        measuring.MeasuredUsual.Should().Match("usual: { doubt: [0*, 0*], times: [*] }");
        _notices.Should().ContainSingle().Which.Should().Match("the scores of bragg-peaks 1.0 drift: it*, and usual is *; the classical finder decides until they are usual again or another version is there");
    }

    [Fact]
    public async Task Too_few_peaks_do_not_say_what_is_usual()
    {
        var labelling = Labelling(areUsual: true);

        await labelling.RunAsync(new MemoryStream(Graymaps(Draw(Usual, 6))), CancellationToken.None);

        labelling.MeasuredUsual.Should().BeNull();
        _notices.Should().BeEmpty();
    }

    private static DetectorFrame[] Draw(DetectorScene scene, int count)
    {
        var detector = new AreaDetector(Geometry, scene, UnitCell.Lysozyme, 3);
        return [.. Enumerable.Range(1, count).Select(number => detector.Draw(number))];
    }

    private static byte[] Small(int count)
    {
        var detector = new AreaDetector(new DetectorGeometry(128, 128, 0.3, 60, 1.3), Usual, UnitCell.Lysozyme, 3);
        return Graymaps([.. Enumerable.Range(1, count).Select(number => detector.Draw(number))], 128);
    }

    /// <summary>Beside what the card does not say.</summary>
    private IEnumerable<string> Told => _notices.Where(notice => !notice.StartsWith("the card of", StringComparison.Ordinal));

    private FrameLabellingOptions Options(string? patches = null, bool areUsual = false) =>
        new() { AreUsual = areUsual, Source = "a test", Model = PeakModels.Network, ModelFolder = _folder, Hit = 4, PatchFolder = patches, Patches = 400, LookEvery = TimeSpan.FromMilliseconds(5) };

    private FrameLabelling Labelling(string? patches = null, Action<string>? noticed = null, bool areUsual = false) => new(
        _models.Registry,
        Options(patches, areUsual),
        _out.Add,
        notice =>
        {
            lock (_notices) _notices.Add(notice);
            noticed?.Invoke(notice);
        },
        TimeProvider.System);

    /// <summary>What is drawn from a sequence, as a stream.</summary>
    private sealed class Frames(IEnumerable<byte[]> parts) : Stream
    {
        private readonly IEnumerator<byte[]> _parts = parts.GetEnumerator();
        private ReadOnlyMemory<byte> _rest;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            while (_rest.IsEmpty)
            {
                if (!_parts.MoveNext()) return 0;
                _rest = _parts.Current;
            }

            var some = Math.Min(count, _rest.Length);
            _rest.Span[..some].CopyTo(buffer.AsSpan(offset));
            _rest = _rest[some..];
            return some;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
