using System.Globalization;
using System.Runtime.InteropServices;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Models;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>
/// Frames from a stream to their Bragg peaks, as they come. Where the scores of the network drift, the classical finder decides; a further version of the network that appears among the models is
/// checked and swapped in while frames pass.
/// </summary>
/// <param name="onFrame">Told of each frame that was not dropped, one at a time.</param>
/// <param name="onNotice">Told of drift, of versions and of the first frames that were not labelled, in words; by any thread.</param>
/// <param name="time">By which the models are looked at.</param>
public sealed class FrameLabelling(ModelRegistry registry, FrameLabellingOptions options, Action<LabelledFrame> onFrame, Action<string> onNotice, TimeProvider time)
{
    /// <summary>Frames by which living pixels are told from stuck ones and gaps.</summary>
    private const int MaskFrames = 8;

    /// <summary>Frames that are told one by one; of a stream of others there would be no end.</summary>
    private const int MostTold = 5;

    /// <summary>Blocks of peaks whose bounds say what is usual: fewer leave out too much of it.</summary>
    private const int FewestBlocks = 100;

    /// <summary>Peaks of the classical finder that usual frames have at least.</summary>
    public const int FewestUsual = FewestBlocks * UsualScores.Block;

    private readonly Lock _turn = new();
    private WatchedLabeller? _labeller;
    private PeakStream? _stream;
    private LabelledPatches? _kept;
    private bool _isWritten;
    private long _hits;
    private long _flagged;
    private int _told;

    /// <summary>So far.</summary>
    public LabellingTotals Totals => _stream?.Counts is { } counts
        ? new LabellingTotals(counts.Offered, counts.Dropped, counts.Refused, counts.Failed, counts.Labelled, Interlocked.Read(ref _hits), counts.Peaks) { Flagged = Interlocked.Read(ref _flagged) }
        : new LabellingTotals(0, 0, 0, 0, 0, 0, 0);

    /// <summary>What is usual of the network's scores, by these frames, as it stands under <c>provenance</c> of its card; null where they have too few peaks to tell.</summary>
    public string? MeasuredUsual => _labeller is { Blocks: >= FewestBlocks, Seen: { } seen } ? seen.ToString() : null;

    /// <summary>Until the stream ends or somebody cancels; what is on its way by then is labelled. To be called once.</summary>
    /// <param name="frames">Graymaps of 16 bits one after the other, four or more; the beam goes through their middle. The detector's size is that of most of the first eight.</param>
    /// <exception cref="DataSetException">The stream has something else in it, from which it cannot go on.</exception>
    /// <exception cref="ModelException">The network is not there, or does not label peaks.</exception>
    public async Task RunAsync(Stream frames, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            var network = Network();
            var reader = new GraymapReader(frames);
            if (!options.AreUsual && UsualScores.Of(network.Card) is null) onNotice($"the card of {options.Model} {network.Card.Version} does not say what is usual of its scores (provenance.usual): what the first frames show counts as usual");
            var (first, broken) = await FirstAsync(reader, cancellation);
            await using var stream = _stream = Open(Usual(first), network);
            var watching = new RegistryWatch(registry, options.ModelFolder, options.Model).RunAsync(options.LookEvery, time, onNotice, end.Token);
            try
            {
                foreach (var frame in first) await PassAsync(stream, frame);
                if (broken is not null) throw broken;
                while (await reader.ReadAsync(cancellation).WaitAsync(cancellation) is { } frame) await PassAsync(stream, frame);
            }
            finally
            {
                try
                {
                    await stream.CompleteAsync();
                }
                finally
                {
                    await end.CancelAsync();
                    await watching;
                    if (!_isWritten) WritePatches();
                }
            }
        }
        catch (AnalysisException error)
        {
            throw new DataSetException(options.Source, null, null, error.Message, error);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Whoever cancels wants what there is by then.
        }
    }

    /// <returns>The first frames, fewer where the stream ends or somebody cancels, and what comes after them where that is no frame: those before it are labelled all the same.</returns>
    private static async Task<(List<GraymapFrame> First, AnalysisException? Broken)> FirstAsync(GraymapReader reader, CancellationToken cancellation)
    {
        var first = new List<GraymapFrame>();
        try
        {
            while (first.Count < MaskFrames && await reader.ReadAsync(cancellation).WaitAsync(cancellation) is { } frame) first.Add(frame);
        }
        catch (AnalysisException error) when (first.Count >= PeakAnalyst.FewestFrames)
        {
            return (first, error);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested && first.Count >= PeakAnalyst.FewestFrames)
        {
            // As at the end of the stream: what has come is labelled.
        }

        return first.Count >= PeakAnalyst.FewestFrames ? (first, null) : throw new AnalysisException($"{(first.Count == 1 ? "1 frame is" : $"{first.Count} frames are")} too few to tell stuck pixels; at least {PeakAnalyst.FewestFrames} are needed");
    }

    /// <summary>The first frames that have the size of most of them: one odd frame does not say what the detector is like.</summary>
    private static List<GraymapFrame> Usual(List<GraymapFrame> first)
    {
        var usual = first.GroupBy(frame => (frame.Width, frame.Height)).MaxBy(group => group.Count())!;
        return usual.Count() >= PeakAnalyst.FewestFrames
            ? [.. usual]
            : throw new AnalysisException($"of the first {first.Count} frames {usual.Count()} have one size, {usual.Key.Width} × {usual.Key.Height}, and the others have others; at least {PeakAnalyst.FewestFrames} of one size are needed to tell stuck pixels");
    }

    /// <summary>Pixels whose counts change from frame to frame.</summary>
    private static bool[] Living(List<GraymapFrame> frames)
    {
        var living = new bool[frames[0].Width * frames[0].Height];
        var counts = MemoryMarshal.Cast<byte, ushort>(frames[0].Payload);
        foreach (var frame in frames.Skip(1))
        {
            var others = MemoryMarshal.Cast<byte, ushort>(frame.Payload);
            for (var i = 0; i < living.Length; i++) living[i] |= others[i] != counts[i];
        }

        return living;
    }

    private NetworkLabeller Network()
    {
        try
        {
            return new NetworkLabeller(registry.Find(options.Model));
        }
        catch (AnalysisException error)
        {
            throw new ModelException($"M{error.Message[1..]}.", error);
        }
    }

    private PeakStream Open(List<GraymapFrame> usual, NetworkLabeller network)
    {
        var (width, height, living) = (usual[0].Width, usual[0].Height, Living(usual));
        if (options.PatchFolder is not null) _kept = new LabelledPatches(options.Patches);
        _labeller = new WatchedLabeller(network, new ClassicalLabeller(PeakAnalyst.Classical), OnDrift, _kept, options.AreUsual);
        var stream = new PeakStreamOptions { Queue = 8, Finders = Math.Clamp(Environment.ProcessorCount, 1, 4), AtLeast = PeakAnalyst.AtLeast };
        return new PeakStream(width, height, () => new RadialPeakFinder(width, height, (width - 1) / 2.0, (height - 1) / 2.0, living, PeakAnalyst.Candidates), _labeller, OnFrame, stream);
    }

    /// <summary>Whoever cancels meanwhile has the frame labelled: it has come.</summary>
    private async Task PassAsync(PeakStream stream, GraymapFrame frame)
    {
        // A frame of another shape may have as many pixels.
        var fits = (frame.Width, frame.Height) == (stream.Width, stream.Height);
        if (!fits) Tell(new LabelledFrame(frame.Number, false, null, [], $"it has {frame.Width} × {frame.Height} pixels, and the detector's frames have {stream.Width} × {stream.Height}"));
        var raw = new RawFrame(frame.Number, fits ? frame.Payload : ReadOnlyMemory<byte>.Empty);
        if (options.Drops) stream.Offer(raw);
        else await stream.WriteAsync(raw, CancellationToken.None);
    }

    private void OnFrame(FramePeaks found)
    {
        var isHit = found.Failure is null && found.Peaks.Count >= options.Hit;
        if (isHit) Interlocked.Increment(ref _hits);
        if (found.Flag is { } flag && Interlocked.Increment(ref _flagged) == 1) onNotice($"frame {found.Number} is outside the range for which {options.Model} is made: {flag}; further ones are told with their frames and in the totals alone");
        var by = _labeller!.Decided is { } version ? $"{options.Model} {version}" : "classical";
        Tell(new LabelledFrame(found.Number, isHit, by, [.. found.Peaks.Select(peak => new LabelledPeak(peak.X, peak.Y, peak.Counts, peak.Score))], found.Failure) { Flag = found.Flag });
        if (!_isWritten && _kept?.Count == options.Patches) WritePatches();
    }

    private void Tell(LabelledFrame frame)
    {
        lock (_turn)
        {
            onFrame(frame);
            if (frame.Failure is null || ++_told > MostTold) return;
            onNotice($"frame {frame.Number} is not labelled: {frame.Failure}{(_told == MostTold ? "; further ones are told with their frames and in the totals alone" : "")}");
        }
    }

    private void WritePatches()
    {
        if (_kept is not { Count: > 0 and var count }) return;
        _kept.Write(options.PatchFolder!);
        _isWritten = true;
        onNotice($"{count} patches with the classical finder's labels are in {options.PatchFolder}, to train the network further");
    }

    private void OnDrift(DriftNotice notice)
    {
        if (notice.Kind == DriftNotice.About.Drift) _isWritten = false;
        onNotice(notice.Kind switch
        {
            DriftNotice.About.Trial => $"{options.Model} {notice.Version} is on trial: {notice.Why}",
            DriftNotice.About.Trusted => $"{options.Model} {notice.Version} decides from now on: {notice.Why}",
            DriftNotice.About.Refused => $"{options.Model} {notice.Version} is not trusted: {notice.Why}; the classical finder goes on to decide",
            _ => $"the scores of {options.Model} {notice.Version} drift: {notice.Why}; the classical finder decides until they are usual again or another version is there",
        });
    }
}
