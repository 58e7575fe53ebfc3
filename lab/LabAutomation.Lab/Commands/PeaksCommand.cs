using System.CommandLine;
using System.Text.Json;
using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Models;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab peaks FRAMES</c>: labels the Bragg peaks of a stream of detector frames as they come.</summary>
internal static class PeaksCommand
{
    public static Command Create(Terminal terminal)
    {
        var frames = new Argument<string>("frames") { Description = "File of graymaps of 16 bits one after the other; - for standard input", HelpName = "FRAMES" };
        var model = new Option<string>("--model") { Description = "Network that labels", HelpName = "NAME", DefaultValueFactory = _ => "bragg-peaks" };
        var hit = new Option<int>("--hit") { Description = "Peaks that make a frame a hit", HelpName = "N", DefaultValueFactory = _ => PeakAnalysis.DefaultHit };
        var target = new Option<string?>("--out") { Description = "File for what is found, a line of JSON for each frame", HelpName = "FILE" };
        var patches = new Option<string?>("--patches") { Description = "Folder for patches that the classical finder labels while the network is not trusted", HelpName = "FOLDER" };
        var drop = new Option<bool>("--drop") { Description = "Drops frames that come faster than they are labelled, rather than holding the source back" };
        var usual = new Option<bool>("--usual") { Description = "Takes the frames for usual ones and says what the network's card is to say of them, rather than looking for drift" };
        var command = new Command("peaks", "Labels the Bragg peaks of a stream of detector frames; nothing moves") { frames, model, hit, target, patches, drop, usual };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (source, host) = (parsed.GetValue(frames)!, Settings.Of(parsed).Models);
            if (parsed.GetValue(hit) is < 1 or > 100_000) throw new UsageException($"--hit is 1 to 100000, not {parsed.GetValue(hit)}");
            if (source != "-" && !File.Exists(source)) throw new UsageException(Directory.Exists(source) ? $"'{source}' is a folder, and a file of frames is wanted" : $"there is no file '{source}'");
            if (parsed.GetValue(target) is { } named && source != "-" && Path.GetFullPath(named) == Path.GetFullPath(source)) throw new UsageException($"--out '{named}' is the file of the frames, which would be lost");
            if (parsed.GetValue(patches) is { } kept) Make(kept);
            var options = new FrameLabellingOptions
            {
                Source = source == "-" ? "standard input" : source,
                Model = parsed.GetValue(model)!,
                ModelFolder = host.Path,
                Hit = parsed.GetValue(hit),
                Drops = parsed.GetValue(drop),
                PatchFolder = parsed.GetValue(patches),
                AreUsual = parsed.GetValue(usual),
            };
            using var registry = ModelRegistry.OpenOnly(options.Model, host.Path, host.ToOptions());
            ModelReport.Opened(registry, options.Model, terminal);
            await using var input = source == "-" ? Console.OpenStandardInput() : File.OpenRead(source);
            await using var output = parsed.GetValue(target) is { } file ? File.CreateText(file) : null;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var interrupt = Interrupt.Ending(end);
            await LabelAsync(registry, input, options, terminal, output, parsed.GetValue(CommonOptions.Json), end.Token);
            return (int)ExitCode.Success;
        });
        return command;
    }

    /// <summary>Before the first frame: patches are written when the network is no longer trusted, which may be hours later.</summary>
    private static void Make(string patches)
    {
        try
        {
            Directory.CreateDirectory(patches);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(File.Exists(patches) ? $"--patches '{patches}' is a file, and a folder is wanted" : $"--patches '{patches}' cannot be made: {error.Message}");
        }
    }

    private static async Task LabelAsync(ModelRegistry registry, Stream input, FrameLabellingOptions options, Terminal terminal, TextWriter? output, bool json, CancellationToken cancellation)
    {
        var turn = new Lock();
        var labelling = new FrameLabelling(registry, options, OnFrame, OnNotice, TimeProvider.System);
        try
        {
            await labelling.RunAsync(input, cancellation);
        }
        finally
        {
            if (labelling.Totals.Offered > 0) Conclude(labelling.Totals);
        }

        if (options.AreUsual) OnNotice(labelling.MeasuredUsual is { } usual ? $"to stand under provenance in the card of {options.Model}: {usual}" : $"too few peaks to say what is usual: the classical finder has to see {FrameLabelling.FewestUsual} of them at least");

        // The stream has gone on without them, but a script must not think that every frame was labelled.
        var (totals, looked) = (labelling.Totals, labelling.Totals.Offered - labelling.Totals.Dropped);
        if (totals.Failed > 0 && totals.Failed >= totals.Refused) throw new ModelException($"{totals.Failed} of {looked} frames could not be labelled by {options.Model}.");
        if (totals.Refused > 0) throw new DataSetException(options.Source, null, null, $"{totals.Refused} of {looked} frames have another size than most of the first ones");

        void OnFrame(LabelledFrame frame)
        {
            if (output is null && !json) return;
            var line = JsonSerializer.Serialize(Form(frame), JsonForms.Line);
            output?.WriteLine(line);
            if (json) lock (turn) terminal.Out.WriteLine(line);
        }

        void OnNotice(string notice)
        {
            lock (turn) terminal.Error.WriteLine($"lab: {notice}");
        }

        void Conclude(LabellingTotals totals)
        {
            lock (turn)
            {
                terminal.Out.WriteLine(json
                    ? JsonSerializer.Serialize(new { ended = totals }, JsonForms.Line)
                    : $"{totals.Offered} frames: {totals.Labelled} labelled, {totals.Failed} failed, {totals.Refused} of another size, {totals.Dropped} dropped{(totals.Left > 0 ? $", {totals.Left} left where it broke off" : "")}; {totals.Hits} hits, {totals.Peaks} peaks{(totals.Flagged > 0 ? $"; {totals.Flagged} outside the range for which {options.Model} is made" : "")}");
            }
        }
    }

    private static object Form(LabelledFrame frame) => new
    {
        frame = frame.Number,
        hit = frame.IsHit,
        by = frame.By,
        failure = frame.Failure,
        flag = frame.Flag,
        peaks = frame.Peaks.Select(peak => new { x = Math.Round(peak.X, 3), y = Math.Round(peak.Y, 3), counts = Math.Round(peak.Counts, 1), score = Math.Round(peak.Score, 4) }),
    };
}
