using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace LabAutomation.Models;

/// <summary>What a model is, what goes in and out, and how to tell that it is the right one and works.</summary>
public sealed record ModelCard
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Licence { get; init; }

    public required string Description { get; init; }

    /// <summary>SHA-256 of the .onnx file, in hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    public required TensorCard[] Inputs { get; init; }

    public required TensorCard[] Outputs { get; init; }

    /// <summary>At least one.</summary>
    public required GoldenVector[] Golden { get; init; }

    /// <exception cref="ModelException">The file is missing, is not YAML, or lacks or contradicts something.</exception>
    public static ModelCard Read(string path)
    {
        var yaml = new DeserializerBuilder()
            .WithNamingConvention(LowerCaseNamingConvention.Instance)
            .WithEnforceRequiredMembers()
            .WithEnforceNullability()
            .Build();
        try
        {
            using var text = File.OpenText(path);
            var card = yaml.Deserialize<ModelCard>(text) ?? throw new ModelException($"{path} is empty; a model card is expected.");
            return card.Mistake() is { } mistake ? throw new ModelException($"{path}: {mistake}.") : card;
        }
        catch (YamlException e)
        {
            throw new ModelException($"{path}, line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch (IOException e)
        {
            throw new ModelException($"The model card {path} cannot be read: {e.Message}", e);
        }
    }

    private string? Mistake()
    {
        if (Inputs.Length == 0 || Outputs.Length == 0)
            return "a model has at least one input and one output";
        foreach (var tensor in Inputs.Concat(Outputs))
        {
            if (tensor.Shape.Length == 0 || tensor.Shape.Any(d => d < 1))
                return $"the dimensions of {tensor} must be positive";
            if (tensor.Range.Length != 2 || !(tensor.Range[0] < tensor.Range[1]))
                return $"the range of '{tensor.Name}' must be [lowest, highest]";
        }

        if (Golden.Length == 0)
            return "a card without golden vectors proves nothing; add at least one";
        foreach (var golden in Golden)
        {
            if (!(golden.Tolerance > 0))
                return $"the tolerance of golden vector '{golden.Name}' must be positive";
            var mistake = Mistake(golden.Inputs, Inputs) ?? Mistake(golden.Outputs, Outputs);
            if (mistake is not null)
                return $"golden vector '{golden.Name}': {mistake}";
        }

        return null;
    }

    private static string? Mistake(Dictionary<string, float[]> values, TensorCard[] tensors)
    {
        if (values.Keys.Except(tensors.Select(t => t.Name)).FirstOrDefault() is { } unknown)
            return $"there is no tensor '{unknown}'";
        foreach (var tensor in tensors)
        {
            if (!values.TryGetValue(tensor.Name, out var given))
                return $"'{tensor.Name}' is missing";
            if (tensor.Judge(given) is { } mistake)
                return mistake;
        }

        return null;
    }
}
