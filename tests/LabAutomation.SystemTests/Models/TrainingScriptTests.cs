using System.Text.RegularExpressions;
using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Models;
using LabAutomation.SystemTests.Lab;
using static LabAutomation.SystemTests.Models.Trainer;

namespace LabAutomation.SystemTests.Models;

/// <summary>The scripts of models/training: what they make is loaded by the host, golden vectors and all; what is wrong is told in a line.</summary>
public sealed class TrainingScriptTests
{
    private const string Folder = "models/training/";

    [SkippableTheory]
    [InlineData("yardstick.py", "--out")]
    [InlineData("spectrum_to_xyz.py", "--out")]
    [InlineData("reactor.py", "--quick")]
    [InlineData("bragg_peaks.py", "--patches")]
    public void Each_says_what_it_takes_and_refuses_what_it_does_not(string script, string option)
    {
        var help = Train(Folder + script, "--help");
        var wrong = Train(Folder + script, "--colour", "red");

        (help.ExitCode, wrong.ExitCode).Should().Be((0, 2));
        help.Out.Should().Contain(option).And.Contain("--out");
        wrong.Error.Should().Contain("unrecognized arguments: --colour red").And.NotContain("Traceback");
    }

    [SkippableTheory]
    [InlineData("models/training/yardstick.py")]
    [InlineData("models/training/spectrum_to_xyz.py")]
    [InlineData("models/training/reactor.py")]
    [InlineData("models/training/bragg_peaks.py")]
    public void Without_its_packages_each_says_what_to_install(string script)
    {
        var (code, _, error) = Run(RequireBare(), "-S", Path.Combine(LabProcess.Root, script), "--help");

        code.Should().Be(1);
        error.Trim().Should().EndWith($"{script} needs numpy, which is not here: install python3-numpy (Debian), or the package numpy with pip").And.NotContain("Traceback");
    }

    [SkippableTheory]
    [InlineData("yardstick.py", "yardstick")]
    [InlineData("spectrum_to_xyz.py", "spectrum-to-xyz")]
    public void What_is_computed_is_what_comes_with_the_lab(string script, string model)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = Train(Folder + script, "--out", folder.Path);

        code.Should().Be(0, error);
        using var made = ModelArtifact.Open(folder.Path);
        var shipped = File.ReadAllText(Path.Combine(LabProcess.Root, "models", "artifacts", model, ModelArtifact.CardFile));
        WithoutHash(File.ReadAllText(folder.At(ModelArtifact.CardFile))).Should().Be(WithoutHash(shipped), "the file may be written otherwise by another version of onnx, and everything else is the same");
    }

    [SkippableFact]
    public void A_few_steps_of_the_reactors_networks_make_models_that_are_what_their_cards_say()
    {
        using var folder = new TemporaryFolder();

        var (code, output, error) = Train(Folder + "reactor.py", "--quick", "--out", folder.Path);

        code.Should().Be(0, error);
        output.Should().Contain("reactor-emulator: ").And.Contain("reactor-policy: ");
        foreach (var model in (string[])["reactor-emulator", "reactor-policy"]) SameTensors(folder.At(model), model);
    }

    [SkippableFact]
    public void A_few_steps_of_the_networks_for_peaks_make_models_and_further_ones_a_higher_version()
    {
        using var folder = new TemporaryFolder();
        var patches = new LabelledPatches(64);
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, 64 * IPeakLabeller.Area).Select(_ => (float)((random.NextDouble() * 4) - 2))];
        foreach (var middle in Enumerable.Range(0, 64).Select(n => (n * IPeakLabeller.Area) + (IPeakLabeller.Area / 2) + (IPeakLabeller.Side / 2))) (values[middle], values[middle + 1]) = (9, 8);
        patches.Add(values, new float[values.Length]);
        patches.Write(folder.At("patches"));

        var first = Train(Folder + "bragg_peaks.py", "--steps", "2", "--student-steps", "2", "--out", folder.Path);
        var further = Train(Folder + "bragg_peaks.py", "--patches", folder.At("patches"), "--base", folder.At("bragg-peaks"), "--version", "1.1", "--steps", "2", "--out", folder.At("further"));

        first.ExitCode.Should().Be(0, first.Error);
        further.ExitCode.Should().Be(0, further.Error);
        SameTensors(folder.At("bragg-peaks-teacher"), "bragg-peaks-teacher");
        SameTensors(folder.At("bragg-peaks"), "bragg-peaks");
        SameTensors(folder.At("further"), "bragg-peaks").Version.Should().Be("1.1");
        SameTensors(folder.At("further"), "bragg-peaks").Provenance.Usual!.Keys.Should().BeEquivalentTo(["doubt", "times"], "the labelled patches say what is usual");
    }

    [SkippableFact]
    public void Patches_a_network_or_a_version_that_do_not_fit_are_told_in_a_line()
    {
        using var folder = new TemporaryFolder();
        new LabelledPatches(4).Write(folder.At("none"));
        Directory.CreateDirectory(folder.At("spoilt"));
        File.WriteAllText(folder.At("spoilt", "patches.json"), "{\"side\": 16, \"count\": 3, \"values\": \"values.f32\", \"labels\": \"labels.u8\", \"unsaid\": 2}");
        File.WriteAllText(folder.At("spoilt", "values.f32"), "too short");
        var script = Folder + "bragg_peaks.py";

        Line(Train(script, "--steps", "0")).Should().Contain("--steps and --student-steps are 1 or more");
        Line(Train(script, "--patches", folder.At("none"))).Should().Contain("give it as --version");
        Line(Train(script, "--patches", folder.At("nowhere"), "--version", "1.1")).Should().Contain("patches.json is not there: --patches wants a folder");
        Line(Train(script, "--patches", folder.At("none"), "--version", "1.1")).Should().Contain("there are no patches");
        Line(Train(script, "--patches", folder.At("spoilt"), "--version", "1.1")).Should().Contain("does not agree with patches.json");
    }

    [SkippableFact]
    public void The_example_says_how_it_is_called()
    {
        var (code, _, error) = Train("docs/examples/unmix/train.py");

        code.Should().Be(1);
        error.Should().StartWith("usage: ").And.Contain("train.py trials.json model.onnx").And.NotContain("Traceback");
    }

    /// <summary>The last line of what a script said when it refused.</summary>
    private static string Line((int ExitCode, string Out, string Error) refused)
    {
        refused.ExitCode.Should().NotBe(0);
        refused.Error.Should().NotContain("Traceback");
        return refused.Error.TrimEnd().Split('\n')[^1];
    }

    private static ModelCard SameTensors(string folder, string shipped)
    {
        using var made = ModelArtifact.Open(folder);
        var card = ModelCard.Read(Path.Combine(LabProcess.Root, "models", "artifacts", shipped, ModelArtifact.CardFile));
        made.Card.Name.Should().Be(shipped);
        string.Join(' ', made.Card.Inputs.Concat(made.Card.Outputs)).Should().Be(string.Join(' ', card.Inputs.Concat(card.Outputs)));
        return made.Card;
    }

    private static string WithoutHash(string card) => Regex.Replace(card, "^sha256: .*$", "", RegexOptions.Multiline);
}
