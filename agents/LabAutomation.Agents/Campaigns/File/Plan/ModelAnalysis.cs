using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Raw data through an ONNX model.</summary>
/// <param name="Model">Its name in the registry.</param>
/// <param name="Version">Null for the version that is current.</param>
/// <param name="Tensors">What each input of the model is filled with.</param>
/// <param name="Given">What becomes of its outputs.</param>
public sealed record ModelAnalysis(
    string Model, string? Version, ImmutableArray<TensorFeed> Tensors, ImmutableArray<ModelQuantity> Given) : AnalysisPlan
{
    public const string Name = "model";

    public override string Analyst => Name;

    public override ImmutableArray<AnalysisInput> Inputs => [.. Tensors.SelectMany(tensor => tensor.Sources).Select(source => source.Input).OfType<AnalysisInput>()];

    public override ImmutableArray<AnalysisOutput> Outputs => [.. Given.Select(quantity => new AnalysisOutput(quantity.Name, quantity.Unit))];

    internal Mark ModelMark { get; init; }

    public override string ToString() => Version is null ? Model : $"{Model}@{Version}";
}

/// <summary>What an input of a model is filled with.</summary>
/// <param name="Tensor">As the card calls it.</param>
/// <param name="Sources">One series; or quantities and parameters, one for each element.</param>
public sealed record TensorFeed(string Tensor, ImmutableArray<TensorSource> Sources)
{
    internal Mark Mark { get; init; }
}

/// <summary>A series or quantity that an action gave, or a parameter of the trial.</summary>
/// <param name="Column">Of a series, where it is not called like the tensor.</param>
public sealed record TensorSource(AnalysisInput? Input, string? Column, string? Parameter)
{
    internal Mark Mark { get; init; }

    public override string ToString() => Parameter ?? (Column is null ? $"{Input!.Output}" : $"{Input!.Output}.{Column}");
}
