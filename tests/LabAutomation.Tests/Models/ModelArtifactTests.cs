using LabAutomation.Models;
using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Tests.Models;

public sealed class ModelArtifactTests : IDisposable
{
    private readonly ArtifactFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_shipped_model_opens_and_says_what_it_is()
    {
        using var model = ModelArtifact.Open(ArtifactFolder.Shipped);

        model.Card.Name.Should().Be("spectrum-to-xyz");
        model.Card.Inputs.Single().Shape.Should().Equal(1, 71);
        model.Card.Inputs.Single().Unit.Should().Be("AU");
        model.Card.Golden.Should().HaveCountGreaterThanOrEqualTo(3);
        model.Device.Should().Be(ComputeDevice.Cpu);
    }

    [Fact]
    public void Another_hash_is_refused()
    {
        var content = File.ReadAllBytes(_folder.ModelPath);
        content[^1] ^= 1;
        File.WriteAllBytes(_folder.ModelPath, content);

        Refusal().Should().Match("Model 'spectrum-to-xyz' 1.0 in *: the SHA-256 of model.onnx is *; the card says 5411* (card.yaml:12:9).");
    }

    [Fact]
    public void Another_shape_is_refused()
    {
        _folder.Replace("shape: [1, 71]", "shape: [71, 1]");

        Refusal().Should().Match("*input absorbance[71, 1] has the shape [1, 71] in the model (card.yaml:14:11).");
    }

    [Fact]
    public void Another_tensor_name_is_refused_with_both_names()
    {
        _folder.Replace("- name: xyz", "- name: lab").Replace("xyz: [", "lab: [");

        Refusal().Should().Match("*an output 'xyz' that the card does not mention; the model has no output 'lab' (card.yaml:20:11).");
    }

    [Fact]
    public void A_failed_golden_vector_is_refused_with_both_values()
    {
        _folder.Replace("xyz: [95.0361983,", "xyz: [95.04,");

        Refusal().Should().Match("*golden vector 'clear' gives xyz[0] = 95.036*; the card says 95.04 ± 0.0001 (card.yaml:25:11).");
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused()
    {
        var content = "no model"u8.ToArray();
        File.WriteAllBytes(_folder.ModelPath, content);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        _folder.Replace(ModelCard.Read(_folder.CardPath).Sha256, hash);

        Refusal().Should().Match("*model.onnx cannot be read: byte 0 is no part of an ONNX file.*");
    }

    [Fact]
    public void A_missing_model_is_refused_with_its_path()
    {
        File.Delete(_folder.ModelPath);

        Refusal().Should().Match("*model.onnx cannot be read*model.onnx*");
    }

    [Fact]
    public void A_folder_in_the_place_of_a_file_is_refused_as_what_it_is()
    {
        File.Delete(_folder.ModelPath);
        Directory.CreateDirectory(_folder.ModelPath);

        Refusal().Should().EndWith("model.onnx cannot be read: it is a folder, and a file is wanted.");
    }

    [Fact]
    public void Another_opset_is_refused_with_its_place()
    {
        _folder.Replace("opset: 13", "opset: 12");

        Refusal().Should().EndWith("model.onnx is written in opset 13; the card says 12 (card.yaml:11:8).");
    }

    [Fact]
    public void A_missing_folder_is_refused_with_its_path()
    {
        var open = () => ModelArtifact.Open(Path.Combine(_folder.Path, "nowhere"));

        open.Should().Throw<ModelException>().WithMessage("*nowhere*card.yaml*");
    }

    [Fact]
    public void A_cuda_device_that_is_not_there_is_refused_and_the_processor_does_not_take_its_place()
    {
        var open = () => ModelArtifact.Open(ArtifactFolder.Shipped, ComputeDevice.Cuda(250));

        var message = open.Should().Throw<ModelException>().WithMessage("Model 'spectrum-to-xyz' 1.0 in * was asked to run on cuda:250, which is not available here: *. *set Models:Device to cpu.").Which.Message;
        var has = OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider") || File.Exists(Path.Combine(AppContext.BaseDirectory, "libonnxruntime_providers_cuda.so"));
        message.Contains("Missing: this program has no CUDA provider (build it from the nuget feed, or with -p:OnnxCuda=true)", StringComparison.Ordinal).Should().Be(!has, message);
        message.Should().NotContain("ErrorCode").And.Contain("CUDA and cuDNN");
    }

    private string Refusal()
    {
        var open = () => ModelArtifact.Open(_folder.Path);
        return open.Should().Throw<ModelException>().Which.Message;
    }
}
