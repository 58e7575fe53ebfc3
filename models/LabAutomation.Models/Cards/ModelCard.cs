using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace LabAutomation.Models;

/// <summary>What a model is, what goes in and out, and how to tell that it is the right one and works.</summary>
public sealed record ModelCard
{
    /// <summary>What a drafted card says where only a person knows.</summary>
    internal const string Unanswered = "?";

    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Licence { get; init; }

    public required string Description { get; init; }

    /// <summary>How far the model may go: Public, Unclassified_Uncontrolled, CUI, UCNI, Classified, Legacy_Controlled, Mixed or Other_Controlled.</summary>
    public required string Sensitivity { get; init; }

    public required Provenance Provenance { get; init; }

    /// <summary>SHA-256 of the .onnx file, in hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Opset of the standard operators; checked where it is given.</summary>
    public int? Opset { get; init; }

    /// <summary>The dimensions that the model leaves open, by name.</summary>
    public Dictionary<string, DimensionCard> Dimensions { get; init; } = [];

    /// <summary>The open dimension along which calls may be joined: the outermost of every tensor. Null where every call runs alone.</summary>
    public string? Batch { get; init; }

    public required TensorCard[] Inputs { get; init; }

    public required TensorCard[] Outputs { get; init; }

    /// <summary>At least one.</summary>
    public required GoldenVector[] Golden { get; init; }

    /// <summary>Of the file that it was read from; empty where it was made otherwise.</summary>
    private string Text { get; init; } = "";

    internal DimensionCard? BatchDimension => Batch is null ? null : Dimensions[Batch];

    /// <exception cref="ModelException">The file is missing, is not YAML, or lacks or contradicts something.</exception>
    public static ModelCard Read(string path)
    {
        var yaml = new DeserializerBuilder()
            .WithNamingConvention(LowerCaseNamingConvention.Instance)
            .WithTypeConverter(new Extent.Yaml())
            .WithEnforceRequiredMembers()
            .WithEnforceNullability()
            .WithDuplicateKeyChecking()
            .Build();
        try
        {
            var text = File.ReadAllText(path);
            var card = yaml.Deserialize<ModelCard>(text) ?? throw new ModelException($"{path} is empty; a model card is expected.");
            if (CardCheck.Mistake(card) is { } mistake) throw new ModelException($"{path}{CardPlace.Of(mistake, text)}: {mistake}.");
            return CardUnits.Unknown(card, text) is (var unknown, var at) ? throw new ModelException($"{path}:{at.Line}:{at.Column}: {unknown}.") : card with { Text = text };
        }
        catch (YamlException e)
        {
            throw new ModelException($"{path}:{e.Start.Line}:{e.Start.Column}: {CardWording.Of(e)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"The model card {path} cannot be read: {(Directory.Exists(path) ? "it is a folder, and a file is wanted." : e.Message)}", e);
        }
    }

    /// <summary>Where the card says what a model does not keep, such as " (card.yaml:7:9)".</summary>
    /// <param name="about">As <see cref="CardPlace"/> takes it.</param>
    internal string Place(string about) => Text.Length == 0 ? "" : $" ({ModelArtifact.CardFile}{CardPlace.Of(about, Text)})";

    /// <summary>A length for every open dimension: those given, and for the others what the card has.</summary>
    /// <exception cref="ModelException">A dimension is not known, or a length is outside the card's limits.</exception>
    internal Dictionary<string, int> Lengths(IReadOnlyDictionary<string, int> given, Func<DimensionCard, int> otherwise)
    {
        foreach (var (name, length) in given)
        {
            if (CardCheck.Mistake(this, name, length) is { } mistake) throw new ModelException($"Model '{Name}' {Version}: {mistake}.");
        }

        return Dimensions.ToDictionary(pair => pair.Key, pair => given.TryGetValue(pair.Key, out var length) ? length : otherwise(pair.Value));
    }

    /// <returns>What callers would notice if another version took this one's place, or null.</returns>
    internal string? Difference(ModelCard other)
    {
        if (Batch != other.Batch) return $"its batch dimension is '{other.Batch}' and not '{Batch}'";
        if (Dimensions.FirstOrDefault(pair => !other.Dimensions.TryGetValue(pair.Key, out var its) || its.Min > pair.Value.Min || its.Max < pair.Value.Max) is { Key: { } narrower })
            return $"its dimension '{narrower}' does not take all lengths that callers may use";
        if (Dimensions.FirstOrDefault(pair => pair.Key != Batch && other.Dimensions[pair.Key].Usual != pair.Value.Usual) is { Key: { } longer })
            return $"its dimension '{longer}' is {other.Dimensions[longer].Usual} long unless a caller asks for another length, and not {Dimensions[longer].Usual}, for which callers have their buffers";
        return Difference("inputs", Inputs, other.Inputs) ?? Difference("outputs", Outputs, other.Outputs);
    }

    private static string? Difference(string kind, TensorCard[] mine, TensorCard[] its)
    {
        static string Line(TensorCard[] tensors) => string.Join("; ", tensors.Select(tensor => $"{tensor} in {tensor.Unit}"));
        return Line(mine) == Line(its) ? null : $"its {kind} are {Line(its)} and not {Line(mine)}";
    }
}
