using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LabAutomation.Models;

/// <summary>A folder with a model (model.onnx) and its card (card.yaml).</summary>
public static class ModelArtifact
{
    public const string ModelFile = "model.onnx";

    public const string CardFile = "card.yaml";

    /// <summary>Opens a model on the processor.</summary>
    /// <exception cref="ModelException">The model is not the one the card describes.</exception>
    public static OnnxModel Open(string directory) => Open(directory, ComputeDevice.Cpu);

    /// <summary>Opens a model after its hash, its inputs and outputs, and its golden vectors have been found to be as the card says.</summary>
    /// <exception cref="ModelException">The model is not the one the card describes, or the device is not there.</exception>
    public static OnnxModel Open(string directory, ComputeDevice device)
    {
        var card = ModelCard.Read(Path.Combine(directory, CardFile));
        var subject = $"Model '{card.Name}' {card.Version} in {directory}";
        var content = Content(directory, card, subject);
        var session = Session(content, device, subject);
        OnnxModel model;
        try
        {
            CheckSignature(session, card, subject);
            model = new OnnxModel(card, device, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }

        try
        {
            foreach (var golden in card.Golden)
                CheckGolden(model, golden, subject);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The bytes that were hashed are the bytes that are run.</summary>
    private static byte[] Content(string directory, ModelCard card, string subject)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(Path.Combine(directory, ModelFile));
        }
        catch (IOException e)
        {
            throw new ModelException($"{subject}: {ModelFile} cannot be read: {e.Message}", e);
        }

        var actual = Convert.ToHexStringLower(SHA256.HashData(content));
        return string.Equals(actual, card.Sha256, StringComparison.OrdinalIgnoreCase)
            ? content
            : throw new ModelException($"{subject}: the SHA-256 of {ModelFile} is {actual}; the card says {card.Sha256}.");
    }

    private static InferenceSession Session(byte[] content, ComputeDevice device, string subject)
    {
        using var options = new SessionOptions
        {
            // One thread, the caller's: the same sums in the same order on every run.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        if (device.CudaOrdinal is { } ordinal)
            RequireCuda(options, ordinal, subject);
        try
        {
            return new InferenceSession(content, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException($"{subject} cannot be loaded on {device}: {e.Message}", e);
        }
    }

    private static void RequireCuda(SessionOptions options, int ordinal, string subject)
    {
        try
        {
            CudaProvider.Require(options, ordinal);
        }
        catch (Exception e) when (e is OnnxRuntimeException or ModelException)
        {
            throw new ModelException(
                $"{subject} was asked to run on cuda:{ordinal}, which is not available here: {e.Message.TrimEnd('.', ' ', '\n')}. " +
                "It needs the nuget feed or a build with -p:OnnxCuda=true, an NVIDIA driver, CUDA and cuDNN; otherwise choose cpu.",
                e);
        }
    }

    private static void CheckSignature(InferenceSession session, ModelCard card, string subject)
    {
        var differences = Differences("input", session.InputMetadata, card.Inputs)
            .Concat(Differences("output", session.OutputMetadata, card.Outputs))
            .ToList();
        if (differences.Count > 0)
            throw new ModelException($"{subject}: {string.Join("; ", differences)}.");
    }

    private static IEnumerable<string> Differences(string kind, IReadOnlyDictionary<string, NodeMetadata> actual, TensorCard[] expected)
    {
        foreach (var name in actual.Keys.Except(expected.Select(t => t.Name)))
            yield return $"the model has an {kind} '{name}' that the card does not mention";
        foreach (var tensor in expected)
        {
            if (!actual.TryGetValue(tensor.Name, out var node))
                yield return $"the model has no {kind} '{tensor.Name}'";
            else if (!node.IsTensor || node.ElementDataType != TensorElementType.Float)
                yield return $"{kind} '{tensor.Name}' is of type {node.OnnxValueType} of {node.ElementDataType}; only tensors of Float are run";
            else if (!Fits(node.Dimensions, tensor.Shape))
                yield return $"{kind} {tensor} has the shape [{string.Join(", ", node.Dimensions)}] in the model";
        }
    }

    /// <summary>A dimension the model leaves open, -1, takes the card's length.</summary>
    private static bool Fits(int[] actual, int[] expected) =>
        actual.Length == expected.Length && actual.Zip(expected).All(d => d.First == d.Second || d.First == -1);

    private static void CheckGolden(OnnxModel model, GoldenVector golden, string subject)
    {
        foreach (var (name, values) in golden.Inputs)
            values.CopyTo(model.Input(name));
        model.Run();
        foreach (var (name, expected) in golden.Outputs)
        {
            var actual = model.Output(name);
            for (var i = 0; i < expected.Length; i++)
            {
                if (!(Math.Abs(actual[i] - expected[i]) <= golden.Tolerance))
                    throw new ModelException(
                        $"{subject}: golden vector '{golden.Name}' gives {name}[{i}] = {actual[i]}; " +
                        $"the card says {expected[i]} ± {golden.Tolerance}.");
            }
        }
    }
}
