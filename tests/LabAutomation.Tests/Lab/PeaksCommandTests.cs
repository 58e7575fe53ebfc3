using LabAutomation.Lab;
using LabAutomation.Simulators.Diffraction;
using LabAutomation.Tests.Agents.Analysis.Peaks;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Lab;

/// <summary>What <c>lab peaks</c> says, and how it ends.</summary>
public sealed class PeaksCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peaks-command-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_names_the_device_labels_and_tells_what_became_of_the_frames()
    {
        var (code, output, error) = await RunAsync(Frames(256, 6));

        code.Should().Be(ExitCode.Success);
        error.Should().Be($"lab: model bragg-peaks 1.0 on cpu{Environment.NewLine}");
        output.Should().StartWith("6 frames: 6 labelled, 0 failed, 0 of another size, 0 dropped; ").And.NotContain("left");
    }

    [Fact]
    public async Task A_stream_with_frames_of_another_size_does_not_end_well()
    {
        var (code, output, error) = await RunAsync([.. Frames(256, 8), .. Frames(128, 2)]);

        code.Should().Be(ExitCode.DataSet);
        output.Should().StartWith("10 frames: 8 labelled, 0 failed, 2 of another size");
        error.Should().Contain("lab: frame 9 is not labelled: it has 128 × 128 pixels, and the detector's frames have 256 × 256").And.Contain("frames.pgm: 2 of 10 frames have another size than most of the first ones");
    }

    [Fact]
    public async Task A_single_frame_that_is_not_labelled_is_told_by_the_exit_code()
    {
        byte[] flooded = [.. System.Text.Encoding.ASCII.GetBytes("P5\n512 512\n65535\n"), .. Enumerable.Range(0, 512 * 512).SelectMany(i => i % 512 % 7 < 2 && i / 512 % 7 < 2 ? (byte[])[3, 132] : [0, 20])];

        var (code, output, error) = await RunAsync([.. Frames(512, 8), .. flooded]);

        code.Should().Be(ExitCode.Model);
        output.Should().StartWith("9 frames: 8 labelled, 1 failed, ");
        error.Should().Contain("lab: 1 of 9 frames could not be labelled by bragg-peaks.");
    }

    [Fact]
    public async Task What_is_outside_the_range_of_the_network_and_may_be_is_told_with_its_frame_and_in_the_end()
    {
        var (models, results) = (Path.Combine(_folder, "models"), Path.Combine(_folder, "results.jsonl"));
        var card = Path.Combine(PeakModels.Put(models, "1.0"), "card.yaml");
        var text = await File.ReadAllTextAsync(card);
        await File.WriteAllTextAsync(card, text.Replace("range: [-5, 60]", "range: [-4, 20]\n    outside: flag", StringComparison.Ordinal));

        var (code, output, error) = await RunAsync(Frames(256, 6), "--out", results, "--set", $"Models:Folder={models}");

        code.Should().Be(ExitCode.Success);
        output.Should().MatchRegex("; [1-6] outside the range for which bragg-peaks is made");
        error.Should().MatchRegex("lab: frame [1-6] is outside the range for which bragg-peaks is made: 'deviations'.* the card allows -4 to 20 1; further ones");
        (await File.ReadAllLinesAsync(results)).Should().Contain(line => line.Contains("\"flag\":\"'deviations'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_usual_is_said_as_it_stands_in_a_card()
    {
        var (few, _, fewError) = await RunAsync(Frames(256, 6), "--usual");
        var (code, _, error) = await RunAsync(Frames(256, 90), "--usual");

        (few, code).Should().Be((ExitCode.Success, ExitCode.Success));
        fewError.Should().Contain("lab: too few peaks to say what is usual: the classical finder has to see 3200 of them at least");
        error.Should().MatchRegex(@"lab: to stand under provenance in the card of bragg-peaks: usual: \{ doubt: \[[\d.]+, [\d.]+\], times: \[[\d.]+, [\d.]+\] \}");
    }

    [Fact]
    public async Task A_network_that_fails_on_most_frames_does_not_end_well()
    {
        PeakModels.PutThrowing(Path.Combine(_folder, "models"));

        var (code, output, error) = await RunAsync(Frames(256, 6), "--set", $"Models:Folder={Path.Combine(_folder, "models")}");

        code.Should().Be(ExitCode.Model);
        output.Should().StartWith("6 frames: 0 labelled, 6 failed");
        error.Should().Contain("is not labelled: Model 'bragg-peaks' 1.0 failed on cpu: ").And.Contain("lab: 6 of 6 frames could not be labelled by bragg-peaks.");
    }

    [Fact]
    public async Task A_version_that_is_refused_beside_one_that_is_used_is_told()
    {
        var models = Path.Combine(_folder, "models");
        PeakModels.Put(models, "1.0");
        var bad = Path.Combine(PeakModels.Put(models, "1.1"), "model.onnx");
        await File.AppendAllTextAsync(bad, "more");

        var (code, _, error) = await RunAsync(Frames(256, 6), "--set", $"Models:Folder={models}");

        code.Should().Be(ExitCode.Success);
        error.Should().Contain("lab: Model 'bragg-peaks' 1.1 in ").And.Contain("the SHA-256 of model.onnx is").And.Contain("lab: model bragg-peaks 1.0 on cpu");
    }

    [Fact]
    public async Task The_frames_are_not_written_over_and_a_folder_for_patches_is_made_before_the_first_of_them()
    {
        var frames = Frames(256, 6);
        var (same, _, over) = await RunAsync(frames, "--out", Path.Combine(_folder, ".", "frames.pgm"));
        var kept = await File.ReadAllBytesAsync(Path.Combine(_folder, "frames.pgm"));
        var (into, _, file) = await RunAsync(frames, "--patches", Path.Combine(_folder, "frames.pgm"));
        var (below, _, under) = await RunAsync(frames, "--patches", Path.Combine(_folder, "frames.pgm", "patches"));
        var (code, _, _) = await RunAsync(frames, "--patches", Path.Combine(_folder, "patches"));

        (same, into, below, code).Should().Be((ExitCode.Usage, ExitCode.Usage, ExitCode.Usage, ExitCode.Success));
        over.Should().Contain("is the file of the frames, which would be lost");
        kept.Should().Equal(frames);
        file.Should().Contain("is a file, and a folder is wanted");
        under.Should().Contain("--patches '").And.Contain("cannot be made: ");
        Directory.Exists(Path.Combine(_folder, "patches")).Should().BeTrue();
    }

    [Fact]
    public async Task A_folder_is_no_file_of_frames()
    {
        var (terminal, _, error) = Terminals.Captured();

        var code = await LabProgram.RunAsync(["peaks", _folder], terminal);

        ((ExitCode)code).Should().Be(ExitCode.Usage);
        error.ToString().Should().Contain($"'{_folder}' is a folder, and a file of frames is wanted");
    }

    [Fact]
    public async Task A_network_that_is_refused_is_told_once_and_results_of_before_are_not_lost()
    {
        var results = Path.Combine(_folder, "results.jsonl");
        await File.WriteAllTextAsync(results, "of before");

        var (code, _, error) = await RunAsync(Frames(256, 6), "--out", results, "--set", "Models:Device=cuda:250");

        code.Should().Be(ExitCode.Model);
        error.Split("cuda:250").Should().HaveCount(2, "it is told once: {0}", error);
        (await File.ReadAllTextAsync(results)).Should().Be("of before");
    }

    private static byte[] Frames(int side, int count)
    {
        var scene = new DetectorScene { TearingTransmission = 1e9, Brightness = 1500, BestHitRate = 1 };
        var detector = new AreaDetector(new DetectorGeometry(side, side, 0.3, 60, 1.3), scene, UnitCell.Lysozyme, 3);
        return FrameStreams.Graymaps([.. Enumerable.Range(1, count).Select(number => detector.Draw(number))], side);
    }

    private async Task<(ExitCode Code, string Out, string Error)> RunAsync(byte[] frames, params string[] more)
    {
        var file = Path.Combine(_folder, "frames.pgm");
        await File.WriteAllBytesAsync(file, frames);
        var (terminal, output, error) = Terminals.Captured();
        var code = await LabProgram.RunAsync(["peaks", file, .. more], terminal);
        return ((ExitCode)code, output.ToString(), error.ToString());
    }
}
