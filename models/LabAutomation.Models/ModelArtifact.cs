using System.Security.Cryptography;

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
    public static OnnxModel Open(string directory, ComputeDevice device) => Open(directory, new ModelOptions { Device = device })[0];

    /// <summary>Opens a model as often as the options say, each with a session of its own.</summary>
    internal static OnnxModel[] Open(string directory, ModelOptions options) => Open(directory, options, out _);

    /// <inheritdoc cref="Open(string, ModelOptions)" />
    /// <param name="file">What the .onnx file says of itself.</param>
    internal static OnnxModel[] Open(string directory, ModelOptions options, out OnnxFile file)
    {
        var card = ModelCard.Read(Path.Combine(directory, CardFile));
        var subject = $"Model '{card.Name}' {card.Version} in {directory}";
        var content = Content(directory, card, subject);
        file = Describe(content, card, subject);
        RequireRoom(card, options, subject);
        var models = new List<OnnxModel>();
        try
        {
            for (var k = 0; k < options.Instances; k++) models.Add(One(content, card, file, options, subject));
            return [.. models];
        }
        catch
        {
            foreach (var model in models) model.Dispose();
            throw;
        }
    }

    private static OnnxModel One(byte[] content, ModelCard card, OnnxFile file, ModelOptions options, string subject)
    {
        var session = ModelSession.Open(content, file, options, subject);
        OnnxModel model;
        try
        {
            SignatureCheck.Require(session, card, subject);
            model = new OnnxModel(card, options.Device, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }

        try
        {
            foreach (var golden in card.Golden) GoldenCheck.Require(model, golden, subject);
            model.CpuNodes = ModelSession.CpuNodes(session, options);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static void RequireRoom(ModelCard card, ModelOptions options, string subject)
    {
        var bytes = (double)CardMemory.Bytes(card) * options.Instances;
        if (bytes > options.MostBufferBytes)
            throw new ModelException(FormattableString.Invariant($"{subject}: its buffers would take {bytes / 1e6:0} MB in {options.Instances} instance(s), and {options.MostBufferBytes / 1e6:0} MB are the most here; lower 'max' of its dimensions{card.Place("dimensions")}."));
    }

    /// <summary>The bytes that were hashed are the bytes that are run.</summary>
    private static byte[] Content(string directory, ModelCard card, string subject)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(Path.Combine(directory, ModelFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{subject}: {ModelFile} cannot be read: {(Directory.Exists(Path.Combine(directory, ModelFile)) ? "it is a folder, and a file is wanted." : e.Message)}", e);
        }

        var actual = Convert.ToHexStringLower(SHA256.HashData(content));
        return string.Equals(actual, card.Sha256, StringComparison.OrdinalIgnoreCase)
            ? content
            : throw new ModelException($"{subject}: the SHA-256 of {ModelFile} is {actual}; the card says {card.Sha256}{card.Place("sha256")}.");
    }

    private static OnnxFile Describe(byte[] content, ModelCard card, string subject)
    {
        OnnxFile file;
        try
        {
            file = OnnxFile.Read(content);
        }
        catch (ModelException e)
        {
            throw new ModelException($"{subject}: {ModelFile} cannot be read: {e.Message}.", e);
        }

        if (file.HasExternalData)
            throw new ModelException($"{subject}: {ModelFile} keeps weights in files beside it, which its SHA-256 does not cover; save it as one file.");
        return card.Opset is not { } opset || opset == file.Opset
            ? file
            : throw new ModelException($"{subject}: {ModelFile} is written in opset {file.Opset}; the card says {opset}{card.Place("opset")}.");
    }
}
