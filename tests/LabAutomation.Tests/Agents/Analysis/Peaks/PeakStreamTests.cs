using System.Buffers.Binary;
using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Models;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

public sealed class PeakStreamTests
{
    private const int Side = 64;

    private readonly List<FramePeaks> _out = [];

    [Fact]
    public async Task Every_frame_comes_out_once_with_its_peaks()
    {
        await using var stream = Stream(new ThresholdLabeller(5), new PeakStreamOptions { Finders = 2 });
        for (var number = 1; number <= 50; number++) await stream.WriteAsync(Frame(number, peaks: number % 3), default);

        await stream.CompleteAsync();

        _out.Select(frame => frame.Number).Should().BeEquivalentTo(Enumerable.Range(1, 50).Select(n => (long)n));
        _out.Should().OnlyContain(frame => frame.Peaks.Count == frame.Number % 3);
        stream.Counts.Should().Be(new StreamCounts(50, 0, 0, 50, _out.Sum(frame => frame.Peaks.Count)));
    }

    [Fact]
    public async Task What_finds_no_room_is_dropped_and_counted_and_nothing_else_is_lost()
    {
        var slow = new HeldLabeller();
        await using var stream = Stream(slow, new PeakStreamOptions { Queue = 4 });
        var taken = Enumerable.Range(1, 200).Count(number => stream.Offer(Frame(number, peaks: 1)));
        slow.Go();

        await stream.CompleteAsync();

        taken.Should().BeInRange(4, 14, "four wait at each of two places, one is looked at and one labelled");
        stream.Counts.Should().Be(new StreamCounts(200, 200 - taken, 0, taken, taken));
        _out.Should().HaveCount(taken);
    }

    [Fact]
    public async Task Whoever_waits_for_room_loses_nothing_however_slow_the_labeller_is()
    {
        var slow = new HeldLabeller();
        await using var stream = Stream(slow, new PeakStreamOptions { Queue = 2 });
        var writing = WriteAsync();
        await Settled.SoonAsync();
        writing.IsCompleted.Should().BeFalse("the queues are full");
        stream.Counts.UnderWay.Should().BeLessThan(10, "memory is bounded");

        slow.Go();
        await writing;
        await stream.CompleteAsync();

        stream.Counts.Should().Be(new StreamCounts(100, 0, 0, 100, 100));

        async Task WriteAsync()
        {
            for (var number = 1; number <= 100; number++) await stream.WriteAsync(Frame(number, peaks: 1), default);
        }
    }

    [Fact]
    public async Task A_frame_of_the_wrong_size_is_refused_and_counted_and_the_next_one_is_good()
    {
        await using var stream = Stream(new ThresholdLabeller(5), new PeakStreamOptions());
        await stream.WriteAsync(new RawFrame(1, new byte[17]), default);
        await stream.WriteAsync(new RawFrame(2, ReadOnlyMemory<byte>.Empty), default);
        await stream.WriteAsync(Frame(3, peaks: 2), default);

        await stream.CompleteAsync();

        stream.Counts.Should().Be(new StreamCounts(3, 0, 2, 1, 2));
    }

    [Fact]
    public async Task A_labeller_that_throws_ends_the_stream_and_says_why_and_nobody_hangs()
    {
        var stream = Stream(new BrokenLabeller(), new PeakStreamOptions { Queue = 2 });
        var writing = async () =>
        {
            for (var number = 1; number <= 100; number++) await stream.WriteAsync(Frame(number, peaks: 1), default);
        };
        await writing.Should().ThrowAsync<Exception>("there is nobody any more who would take them");

        await stream.Invoking(s => s.CompleteAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("the network is broken");
        await stream.DisposeAsync();
        stream.Counts.Labelled.Should().Be(0);
    }

    [Fact]
    public async Task A_frame_on_which_the_network_fails_is_counted_and_told_and_takes_no_other_with_it()
    {
        await using var stream = Stream(new ChokingLabeller(), new PeakStreamOptions { Finders = 2 });
        for (var number = 1; number <= 40; number++) await stream.WriteAsync(Frame(number, peaks: number == 17 ? 3 : 1, height: number == 17 ? 60 : 552), default);

        await stream.CompleteAsync();

        stream.Counts.Should().Be(new StreamCounts(40, 0, 0, 39, 39) { Failed = 1 });
        stream.Counts.UnderWay.Should().Be(0);
        _out.Should().HaveCount(40);
        _out.Single(frame => frame.Failure is not null).Should().BeEquivalentTo(new { Number = 17, Candidates = 3, Peaks = Array.Empty<FoundPeak>(), Failure = "the network chokes on this" });
    }

    [Fact]
    public async Task A_frame_with_more_candidates_than_are_looked_at_fails_alone_and_says_so()
    {
        await using var stream = Stream(new ThresholdLabeller(5), new PeakStreamOptions { Finders = 2 }, mostPeaks: 2);
        for (var number = 1; number <= 20; number++) await stream.WriteAsync(Frame(number, peaks: number == 7 ? 3 : 2), default);

        await stream.CompleteAsync();

        stream.Counts.Should().Be(new StreamCounts(20, 0, 0, 19, 38) { Failed = 1 });
        _out.Single(frame => frame.Failure is not null).Should().BeEquivalentTo(new { Number = 7, Failure = "more than 2 places of the frame stand out of its background, and so many are the most that are looked at" });
    }

    private PeakStream Stream(IPeakLabeller labeller, PeakStreamOptions options, int mostPeaks = int.MaxValue) => new(
        Side,
        Side,
        () => new RadialPeakFinder(Side, Side, 31.5, 31.5, [.. Enumerable.Repeat(true, Side * Side)], new PeakFinderOptions { Threshold = 5, MostPeaks = mostPeaks }),
        labeller,
        _out.Add,
        options);

    private static RawFrame Frame(int number, int peaks, int height = 552)
    {
        var bytes = new byte[2 * Side * Side];
        for (var i = 0; i < Side * Side; i++) bytes[2 * i] = (byte)(40 + (i * 7919 % 5));
        for (var peak = 0; peak < peaks; peak++)
        {
            foreach (var pixel in (int[])[0, 1, Side, Side + 1]) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * ((20 * Side) + 12 + (20 * peak) + pixel)), (ushort)height);
        }

        return new RawFrame(number, bytes);
    }

    /// <summary>Waits until it is let go, then takes everything for a peak.</summary>
    private sealed class HeldLabeller : IPeakLabeller
    {
        private readonly ManualResetEventSlim _go = new();

        public void Go() => _go.Set();

        public void Label(ReadOnlySpan<float> patches, Span<float> shares)
        {
            _go.Wait();
            shares.Fill(1);
        }
    }

    /// <summary>Fails on every call that has a faint peak in it.</summary>
    private sealed class ChokingLabeller : IPeakLabeller
    {
        private readonly ThresholdLabeller _inner = new(5);

        public void Label(ReadOnlySpan<float> patches, Span<float> shares)
        {
            for (var at = 0; at < patches.Length; at += IPeakLabeller.Area)
            {
                if (Patches.Score(patches[at..]) < 30) throw new ModelException("the network chokes on this");
            }

            _inner.Label(patches, shares);
        }
    }

    private sealed class BrokenLabeller : IPeakLabeller
    {
        public void Label(ReadOnlySpan<float> patches, Span<float> shares) => throw new InvalidOperationException("the network is broken");
    }
}
