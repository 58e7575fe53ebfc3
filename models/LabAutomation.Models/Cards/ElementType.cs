using Microsoft.ML.OnnxRuntime.Tensors;

namespace LabAutomation.Models;

/// <summary>The type of a tensor's elements in the graph. Callers hand over 32-bit floats whatever it is; whole numbers must be exact in them, up to 2^24.</summary>
internal static class ElementType
{
    public const string Default = "float32";

    private static readonly Dictionary<string, (TensorElementType Type, double Lowest, double Highest)> Types = new()
    {
        ["float32"] = (TensorElementType.Float, float.MinValue, float.MaxValue),
        ["float64"] = (TensorElementType.Double, double.MinValue, double.MaxValue),
        ["float16"] = (TensorElementType.Float16, (double)Half.MinValue, (double)Half.MaxValue),
        ["int64"] = (TensorElementType.Int64, long.MinValue, long.MaxValue),
        ["int32"] = (TensorElementType.Int32, int.MinValue, int.MaxValue),
        ["uint16"] = (TensorElementType.UInt16, ushort.MinValue, ushort.MaxValue),
        ["uint8"] = (TensorElementType.UInt8, byte.MinValue, byte.MaxValue),
        ["bool"] = (TensorElementType.Bool, 0, 1),
    };

    public static string Known => string.Join(", ", Types.Keys);

    public static bool IsKnown(string name) => Types.ContainsKey(name);

    public static bool IsWhole(string name) => !name.StartsWith("float", StringComparison.Ordinal);

    /// <summary>The lowest and the highest number that such a tensor holds.</summary>
    public static (double Lowest, double Highest) Limits(string name) => (Types[name].Lowest, Types[name].Highest);

    public static TensorElementType Of(string name) => Types[name].Type;

    /// <returns>The name in a card, or null where such tensors are not run.</returns>
    public static string? Name(TensorElementType type) => Types.FirstOrDefault(pair => pair.Value.Type == type).Key;

    /// <summary>What is wrong with a tensor of another type, and what would be right.</summary>
    public static string Refusal(TensorElementType type) => $"holds {type}, and tensors of {Known} are run; convert it in the graph, with a Cast node beside it";
}
