using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>Whether a graph has the inputs and outputs that the card promises.</summary>
internal static class SignatureCheck
{
    /// <exception cref="ModelException">It has not; all differences are named.</exception>
    public static void Require(InferenceSession session, ModelCard card, string subject)
    {
        var differences = Differences("input", session.InputMetadata, card.Inputs, card)
            .Concat(Differences("output", session.OutputMetadata, card.Outputs, card))
            .ToList();
        if (differences.Count > 0)
            throw new ModelException($"{subject}: {string.Join("; ", differences)}.");
    }

    private static IEnumerable<string> Differences(string kind, IReadOnlyDictionary<string, NodeMetadata> actual, TensorCard[] expected, ModelCard card)
    {
        foreach (var name in actual.Keys.Except(expected.Select(tensor => tensor.GraphName)))
            yield return $"the model has an {kind} '{name}' that the card does not mention";
        foreach (var tensor in expected)
        {
            if (!actual.TryGetValue(tensor.GraphName, out var node))
                yield return $"the model has no {kind} '{tensor.GraphName}'{card.Place($"'{tensor.GraphName}'")}";
            else if (!node.IsTensor)
                yield return $"{kind} '{tensor.Name}' is a {node.OnnxValueType}; only tensors are run";
            else if (node.ElementDataType != ElementType.Of(tensor.Type))
                yield return $"{kind} '{tensor.Name}' {(ElementType.Name(node.ElementDataType) is { } type ? $"is of type {type} in the model; the card says {tensor.Type}{card.Place($"'{tensor.Name}'")}" : ElementType.Refusal(node.ElementDataType))}";
            else if (!Fits(node.Dimensions, tensor.Shape))
                yield return $"{kind} {tensor} has the shape [{string.Join(", ", node.Dimensions.Select((length, k) => length < 0 ? node.SymbolicDimensions[k] is { Length: > 0 } name ? name : "?" : $"{length}"))}] in the model{card.Place($"'{tensor.Name}'")}";
        }
    }

    /// <summary>A dimension that the model leaves open may be fixed in the card; one that the card leaves open must be so in the model.</summary>
    private static bool Fits(int[] actual, Extent[] expected) =>
        actual.Length == expected.Length && actual.Zip(expected).All(pair => pair.First == -1 || pair.First == pair.Second.Length);
}
