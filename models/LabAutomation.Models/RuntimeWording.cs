using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>What the runtime complains of: in words for who made the model where it is known, and otherwise as the runtime says it, without the places in its own sources.</summary>
internal static partial class RuntimeWording
{
    /// <returns>One line without a full stop.</returns>
    public static string Of(OnnxRuntimeException error) => Of(error.Message);

    /// <inheritdoc cref="Of(OnnxRuntimeException)"/>
    internal static string Of(string message)
    {
        var told = Code().Replace(Sources().Replace(Code().Replace(message, ""), ""), "").ReplaceLineEndings(" ").Trim().TrimEnd('.');
        if (Node().Match(told) is { Success: true } at) return $"its node '{at.Groups["name"].Value}' ({at.Groups["kind"].Value}) does not run: {Cause(at.Groups["why"].Value.Trim())}";
        return Cause(told);
    }

    private static string Cause(string told)
    {
        if (Shape().Match(told) is { Success: true } shape) return $"'{shape.Groups["output"].Value}' comes out with the shape {Shown(shape.Groups["is"].Value)}, and by the card it has {Shown(shape.Groups["card"].Value)}";
        if (Index().Match(told) is { Success: true } index) return $"it looks up place {index.Groups["at"].Value} of a table that has the places {index.Groups["low"].Value} to {index.Groups["high"].Value}";
        if (Unknown().Match(told) is { Success: true } unknown) return $"the runtime has no operator {unknown.Groups["kind"].Value} in this opset";
        if (told.Contains("Failed to allocate memory", StringComparison.OrdinalIgnoreCase)) return "it needs more memory than there is";
        return $"the runtime says: {told}";
    }

    private static string Shown(string shape) => $"[{shape.Replace(",", ", ", StringComparison.Ordinal)}]";

    [GeneratedRegex(@"^\[ErrorCode:\w+\]\s*|\[ONNXRuntimeError\] : \d+ : \w+ : ")]
    private static partial Regex Code();

    /// <summary>A file with its line, and the function with its parameters.</summary>
    [GeneratedRegex(@"/\S+\.(?:cc|h|cpp|cu|hpp):\d+ .*?\) (?=[A-Za-z\[])", RegexOptions.Singleline)]
    private static partial Regex Sources();

    [GeneratedRegex("^Non-zero status code returned while running (?<kind>\\S+) node\\. Name:'(?<name>[^']*)' Status Message: (?<why>.*)$", RegexOptions.Singleline)]
    private static partial Regex Node();

    [GeneratedRegex("The output OrtValue provided for output '(?<output>[^']*)'.*? has shape \\{(?<card>[^}]*)\\} but the computed output shape for this run is \\{(?<is>[^}]*)\\}")]
    private static partial Regex Shape();

    [GeneratedRegex(@"indices element out of data bounds, idx=(?<at>-?\d+) must be within the inclusive range \[(?<low>-?\d+),(?<high>-?\d+)\]")]
    private static partial Regex Index();

    [GeneratedRegex(@"(?<kind>\w+)(?:\(-?\d+\))? is not a registered function/op")]
    private static partial Regex Unknown();
}
