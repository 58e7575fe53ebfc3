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
    public async Task A_stream_that_is_mostly_of_another_size_does_not_end_well()
    {
        var (code, output, error) = await RunAsync([.. Frames(256, 8), .. Frames(128, 9)]);

        code.Should().Be(ExitCode.DataSet);
        output.Should().StartWith("17 frames: 8 labelled, 0 failed, 9 of another size");
        error.Should().Contain("lab: frame 9 is not labelled: it has 128 × 128 pixels, and the detector's frames have 256 × 256").And.Contain("frames.pgm: 9 of 17 frames have another size than most of the first ones");
    }

    [Fact]
    public async Task A_network_that_fails_on_most_frames_does_not_end_well()
    {
        PeakModels.PutThrowing(Path.Combine(_folder, "models"));

        var (code, output, error) = await RunAsync(Frames(256, 6), "--set", $"Models:Folder={Path.Combine(_folder, "models")}");

        code.Should().Be(ExitCode.Model);
        output.Should().StartWith("6 frames: 0 labelled, 6 failed");
        error.Should().Contain("is not labelled: Model 'bragg-peaks' 1.0 failed on cpu: ").And.Contain("lab: bragg-peaks failed on 6 of 6 frames.");
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
