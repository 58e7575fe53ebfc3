using Microsoft.ML.OnnxRuntime.Tensors;

namespace LabAutomation.Models;

/// <summary>The type of a tensor's elements in the graph. Callers hand over 32-bit floats whatever it is; whole numbers must be exact in them, up to 2^24.</summary>
internal static class ElementType
{
    public const string Default = "float32";

    private static readonly Dictionary<string, TensorElementType> Types = new()
    {
        ["float32"] = TensorElementType.Float,
        ["float64"] = TensorElementType.Double,
        ["int64"] = TensorElementType.Int64,
        ["int32"] = TensorElementType.Int32,
        ["uint16"] = TensorElementType.UInt16,
        ["uint8"] = TensorElementType.UInt8,
    };

    public static string Known => string.Join(", ", Types.Keys);

    public static bool IsKnown(string name) => Types.ContainsKey(name);

    public static bool IsWhole(string name) => !name.StartsWith("float", StringComparison.Ordinal);

    public static TensorElementType Of(string name) => Types[name];

    /// <returns>The name in a card, or null where such tensors are not run.</returns>
    public static string? Name(TensorElementType type) => Types.FirstOrDefault(pair => pair.Value == type).Key;
}
