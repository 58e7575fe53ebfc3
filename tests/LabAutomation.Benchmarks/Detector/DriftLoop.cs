using System.Diagnostics;
using System.Globalization;
using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Models;
using LabAutomation.Simulators.Diffraction;

namespace LabAutomation.Benchmarks.Detector;

/// <summary>
/// A stream whose peaks become wider: the drift is told, the classical finder takes over and labels patches, the network is trained further on them while frames pass, checked against its card,
/// and swapped in. No frame may be lost.
/// </summary>
internal sealed class DriftLoop(FrameSet usual, FrameSet drifted)
{
    private const string Model = "bragg-peaks", Next = "1.1";
    private const int Patches = 4000;
    private const int Frames = 400;

    /// <summary>Of the recall, beyond what a few peaks more or less may change: training that gains less was for nothing.</summary>
    private const double Gain = 0.005;

    private static readonly DetectorScene Scene = new() { BestHitRate = 1, TearingTransmission = 1e9 };

    private readonly List<DriftNotice> _notices = [];
    private readonly List<long> _out = [];
    private long _number;

    /// <param name="python">Python with torch and onnx; null swaps the same network in under another version.</param>
    public static async Task<int> RunAsync(string folder, string? python)
    {
        var drifted = Scene with { PeakWidth = 2.2, Brightness = 900, Background = 3 };
        var loop = new DriftLoop(new FrameSet(DetectorGeometry.Small, Scene, 40, 5), new FrameSet(DetectorGeometry.Small, drifted, 40, 8));
        try
        {
            return await loop.PassAsync(folder, python) ? 0 : 1;
        }
        catch (Exception error) when (error is ModelException or IOException or System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private async Task<bool> PassAsync(string folder, string? python)
    {
        using var registry = ModelRegistry.Open(Path.Combine(AppContext.BaseDirectory, "models"), new ModelOptions());
        var (before, collected) = (registry.Find(Model).Current, new LabelledPatches(Patches));
        var watched = new WatchedLabeller(new NetworkLabeller(registry.Find(Model)), new ClassicalLabeller(6), _notices.Add, collected);
        await using var stream = new PeakStream(
            usual.Width, usual.Height, () => usual.Finder(PeakAnalyst.Candidates), watched, frame => _out.Add(frame.Number), new PeakStreamOptions { Queue = 8, AtLeast = DetectorBench.AtLeast });

        await FeedAsync(stream, usual, () => _number < Frames);
        var early = _notices.Count;
        var began = _number;
        await FeedAsync(stream, drifted, () => watched.IsTrusted && _number < began + Frames);
        Line($"{early} notices in {Frames} usual frames (0); drift told after {_number - began} frames of wider peaks: {(_notices is [var notice, ..] ? notice.Why : "nothing")}");
        await FeedAsync(stream, drifted, () => collected.Count < Patches);
        collected.Write(Path.Combine(folder, "patches"));

        var next = Path.Combine(folder, $"{Model}-{Next}");
        var made = python is null ? CopyAsync(before.Directory, next) : TrainAsync(python, Path.Combine(folder, "patches"), before.Directory, next);
        await FeedAsync(stream, drifted, () => !made.IsCompleted);
        await made;
        registry.Load(next);
        registry.Swap(Model, Next);
        var swapped = _number;
        await FeedAsync(stream, drifted, () => _number < swapped + Frames);
        await stream.CompleteAsync();
        var trusted = watched.IsTrusted;
        Line($"version {Next} in after frame {swapped}; {stream.Counts}; {(trusted ? "the network decides again" : "it is not trusted either")}");
        var recall = Recall(new NetworkLabeller(registry.Find(Model)), Next);
        registry.Swap(Model, before.Card.Version);
        var gained = recall - Recall(new NetworkLabeller(registry.Find(Model)), before.Card.Version);
        var hasLearnt = python is null || gained >= Gain;
        var good = early == 0 && _notices.Count >= 2 && trusted && hasLearnt && stream.Counts is { Dropped: 0, Refused: 0, UnderWay: 0 } && _out.Order().SequenceEqual(Enumerable.Range(1, (int)_number).Select(n => (long)n));
        Line($"{(python is null ? "the same network was swapped in: what training gains was not tried" : $"training gained {gained:+0.000;-0.000} of recall (at least {Gain})")}");
        Console.WriteLine(good ? "every frame came out once" : "NOT as it should be");
        return good;
    }

    private async Task FeedAsync(PeakStream stream, FrameSet set, Func<bool> goOn)
    {
        while (goOn())
        {
            _number++;
            await stream.WriteAsync(new RawFrame(_number, set.Payloads[_number % set.Payloads.Length]), default);
        }
    }

    /// <summary>On the new peaks, where the network is as often wrong as the classical finder.</summary>
    private double Recall(NetworkLabeller labeller, string version)
    {
        var quality = LabelQuality.Measure(drifted, new FrameSet(DetectorGeometry.Small, Scene with { BestHitRate = 0, Background = 3 }, 20, 9), labeller);
        var mostFalse = quality.RulesFalse.Last().False;
        var (theirs, ours) = (quality.BestClassical(mostFalse), quality.Scored.RatesWith(mostFalse));
        Line($"wider peaks, version {version}: recall {ours.Recall:0.000}, precision {ours.Precision:0.000}; the classical finder at best with as many false {theirs.Recall:0.000}, {theirs.Precision:0.000}");
        return ours.Recall;
    }

    private static async Task CopyAsync(string from, string to)
    {
        Directory.CreateDirectory(to);
        File.Copy(Path.Combine(from, "model.onnx"), Path.Combine(to, "model.onnx"), overwrite: true);
        var card = (await File.ReadAllLinesAsync(Path.Combine(from, "card.yaml"))).Where(line => !line.StartsWith("  usual:", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(to, "card.yaml"), string.Join('\n', card).Replace("version: \"1.0\"", $"version: \"{Next}\"", StringComparison.Ordinal));
    }

    private static async Task TrainAsync(string python, string patches, string from, string to)
    {
        string[] arguments = [Path.Combine("models", "training", "bragg_peaks.py"), "--patches", patches, "--base", from, "--version", Next, "--steps", "300", "--out", to];
        using var training = Process.Start(new ProcessStartInfo(python, arguments))!;
        await training.WaitForExitAsync();
        if (training.ExitCode != 0)
            throw new IOException($"the training script ended with {training.ExitCode}");
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
