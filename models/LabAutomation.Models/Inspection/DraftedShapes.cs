using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>The inputs and outputs that a graph declares, and the lengths at which it is tried.</summary>
internal sealed class DraftedShapes
{
    private readonly IReadOnlyList<DraftedTensor> _declaredOutputs;

    private DraftedShapes(IReadOnlyList<DraftedTensor> inputs, IReadOnlyList<DraftedTensor> outputs, IReadOnlyDictionary<string, int> given)
    {
        (Inputs, _declaredOutputs) = (inputs, outputs);
        var symbols = inputs.SelectMany(tensor => tensor.Shape).Where(extent => !IsLength(extent)).Distinct().ToList();
        if (given.Keys.Except(symbols).FirstOrDefault() is { } unknown)
            throw new ModelException($"no input has an open dimension '{unknown}'; there are {(symbols.Count == 0 ? "none" : string.Join(", ", symbols))}");
        Lengths = symbols.ToDictionary(symbol => symbol, symbol => given.GetValueOrDefault(symbol, 1));
        var first = inputs[0].Shape.FirstOrDefault("1");
        Batch = !IsLength(first) && inputs.Concat(outputs).All(tensor => tensor.Shape.Count > 0 && tensor.Shape[0] == first && tensor.Shape.Skip(1).All(extent => extent != first)) ? first : null;
    }

    public IReadOnlyList<DraftedTensor> Inputs { get; }

    /// <summary>By open dimension.</summary>
    public IReadOnlyDictionary<string, int> Lengths { get; }

    /// <summary>The open dimension that is outermost everywhere, if there is one.</summary>
    public string? Batch { get; }

    /// <exception cref="ModelException">There is no input or no output, or a tensor is of a kind that is not run.</exception>
    public static DraftedShapes Of(InferenceSession session, IReadOnlyDictionary<string, int> given) =>
        session.InputMetadata.Count == 0 || session.OutputMetadata.Count == 0
            ? throw new ModelException($"it has {session.InputMetadata.Count} inputs and {session.OutputMetadata.Count} outputs; a model has at least one of both")
            : new(Declared("input", session.InputMetadata), Declared("output", session.OutputMetadata), given);

    public long[] ShapeOf(DraftedTensor tensor) => [.. tensor.Shape.Select(extent => IsLength(extent) ? long.Parse(extent, CultureInfo.InvariantCulture) : Lengths[extent])];

    /// <summary>The outputs; where a length is open and follows from no input, it is the one that was seen.</summary>
    public IReadOnlyList<DraftedTensor> Outputs(DraftedRun seen) =>
        [.. _declaredOutputs.Select(tensor => tensor with { Shape = [.. tensor.Shape.Select((extent, k) => IsLength(extent) || Lengths.ContainsKey(extent) ? extent : seen.OutputShapes[tensor.Name][k].ToString(CultureInfo.InvariantCulture))] })];

    private static bool IsLength(string extent) => char.IsAsciiDigit(extent[0]);

    private static DraftedTensor[] Declared(string kind, IReadOnlyDictionary<string, NodeMetadata> tensors) => [.. tensors.Select(tensor =>
    {
        var (name, node) = (tensor.Key, tensor.Value);
        if (!node.IsTensor) throw new ModelException($"{kind} '{name}' is no tensor ({node.OnnxValueType}), and only tensors are run; leave out of the graph what makes it, as ZipMap does");
        if (ElementType.Name(node.ElementDataType) is not { } type) throw new ModelException($"{kind} '{name}' {ElementType.Refusal(node.ElementDataType)}");
        if (node.Dimensions.Contains(0)) throw new ModelException($"{kind} '{name}' has a dimension of length 0, so that there is nothing in it");
        return new DraftedTensor(name, type, [.. node.Dimensions.Select((length, k) => length >= 0 ? length.ToString(CultureInfo.InvariantCulture) : Symbol(node.SymbolicDimensions[k], name, k))]);
    })];

    private static string Symbol(string declared, string tensor, int axis) => declared.Length > 0 && (char.IsLetter(declared[0]) || declared[0] == '_') ? declared : axis == 0 ? "batch" : $"{tensor}_{axis}";
}
