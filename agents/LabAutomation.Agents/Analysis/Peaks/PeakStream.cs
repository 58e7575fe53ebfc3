using System.Runtime.InteropServices;
using System.Threading.Channels;
using LabAutomation.Models;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>
/// Frames in, peaks out: decode and find candidates (several side by side), cut patches, label them in batches, hand on what is a peak. Memory is bounded by the queues. Whoever offers a frame
/// either waits for room or has it dropped, and every frame is accounted for. A frame on which the network fails is counted, and the stream goes on.
/// </summary>
/// <remarks>The frames of a stream come out as they are ready; a few may overtake others.</remarks>
internal sealed class PeakStream : IAsyncDisposable
{
    private readonly Channel<RawFrame> _frames;
    private readonly Channel<Patches> _patches;
    private readonly Channel<Patches> _spare;
    private readonly PeakStreamOptions _options;
    private readonly Action<FramePeaks> _sink;
    private readonly int _width;
    private readonly int _height;
    private readonly Task _work;
    private readonly IPeakLabeller _labeller;
    private long _offered;
    private long _dropped;
    private long _refused;
    private long _labelled;
    private long _failed;
    private long _peaks;

    /// <param name="finder">Makes one finder for each that works; their threshold should be low, since the labeller decides.</param>
    /// <param name="sink">Gets every frame that was looked at, also where the labeller failed on it. Called by one thread at a time.</param>
    public PeakStream(int width, int height, Func<RadialPeakFinder> finder, IPeakLabeller labeller, Action<FramePeaks> sink, PeakStreamOptions options)
    {
        (_width, _height, _labeller, _sink, _options) = (width, height, labeller, sink, options);
        _frames = Channel.CreateBounded<RawFrame>(options.Queue);
        _patches = Channel.CreateBounded<Patches>(new BoundedChannelOptions(options.Queue) { SingleReader = true });
        _spare = Channel.CreateUnbounded<Patches>();
        for (var i = 0; i < options.Queue + options.Finders + 1; i++) _spare.Writer.TryWrite(new Patches());
        var finding = Enumerable.Range(0, options.Finders).Select(_ => Task.Run(() => FindAsync(finder()))).ToArray();
        _work = Task.WhenAll([.. finding, EndAsync(finding), Task.Run(LabelAsync)]);
    }

    /// <summary>Pixels of a row.</summary>
    public int Width => _width;

    /// <summary>Rows.</summary>
    public int Height => _height;

    /// <summary>So far.</summary>
    public StreamCounts Counts => new(Interlocked.Read(ref _offered), Interlocked.Read(ref _dropped), Interlocked.Read(ref _refused), Interlocked.Read(ref _labelled), Interlocked.Read(ref _peaks)) { Failed = Interlocked.Read(ref _failed) };

    /// <summary>Takes a frame where there is room, else drops it and counts that.</summary>
    /// <returns>Whether it was taken.</returns>
    public bool Offer(RawFrame frame)
    {
        Interlocked.Increment(ref _offered);
        if (_frames.Writer.TryWrite(frame)) return true;
        Interlocked.Increment(ref _dropped);
        return false;
    }

    /// <summary>Takes a frame as soon as there is room.</summary>
    public async ValueTask WriteAsync(RawFrame frame, CancellationToken cancellation)
    {
        await _frames.Writer.WriteAsync(frame, cancellation);
        Interlocked.Increment(ref _offered);
    }

    /// <summary>No more frames; returns when all are through.</summary>
    /// <exception cref="Exception">What a labeller threw other than a <see cref="ModelException"/>, or the sink.</exception>
    public Task CompleteAsync()
    {
        _frames.Writer.TryComplete();
        return _work;
    }

    public async ValueTask DisposeAsync() => await CompleteAsync().ContinueWith(_ => { }, TaskScheduler.Default);

    private async Task FindAsync(RadialPeakFinder finder)
    {
        await foreach (var frame in _frames.Reader.ReadAllAsync())
        {
            if (frame.Payload.Length != 2 * _width * _height)
            {
                Interlocked.Increment(ref _refused);
                continue;
            }

            var patches = await _spare.Reader.ReadAsync();
            Look(finder, frame, patches);
            await _patches.Writer.WriteAsync(patches);
        }
    }

    private void Look(RadialPeakFinder finder, RawFrame frame, Patches patches)
    {
        var counts = MemoryMarshal.Cast<byte, ushort>(frame.Payload.Span);
        try
        {
            patches.Cut(frame.Number, finder.Find(counts), counts, finder.Background, _width, _height);
        }
        catch (AnalysisException error)
        {
            patches.Refuse(frame.Number, error.Message);
        }
    }

    private async Task EndAsync(Task[] finding)
    {
        try
        {
            await Task.WhenAll(finding);
            _patches.Writer.TryComplete();
        }
        catch (Exception error)
        {
            _patches.Writer.TryComplete(error);
            throw;
        }
    }

    private async Task LabelAsync()
    {
        var batch = new PatchBatch(_options.Batch);
        try
        {
            while (await _patches.Reader.WaitToReadAsync())
            {
                while (!batch.IsFull && _patches.Reader.TryRead(out var patches)) batch.Add(patches);
                batch.Label(_labeller);
                foreach (var peaks in batch.Take(_options.AtLeast, patches => _spare.Writer.TryWrite(patches)))
                {
                    _sink(peaks);
                    Interlocked.Add(ref _peaks, peaks.Peaks.Count);
                    Interlocked.Increment(ref peaks.Failure is null ? ref _labelled : ref _failed);
                }
            }
        }
        catch
        {
            // The others must not wait for room that nobody makes any more.
            _frames.Writer.TryComplete();
            _spare.Writer.TryComplete();
            _patches.Writer.TryComplete();
            throw;
        }
    }
}
