using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>What the runtime complains of, without the places in its own sources.</summary>
internal static partial class RuntimeWording
{
    /// <returns>One line without a full stop.</returns>
    public static string Of(OnnxRuntimeException error) => Sources().Replace(Code().Replace(error.Message, ""), "").ReplaceLineEndings(" ").Trim().TrimEnd('.');

    [GeneratedRegex(@"^\[ErrorCode:\w+\]\s*")]
    private static partial Regex Code();

    /// <summary>A file with its line, and the function with its parameters.</summary>
    [GeneratedRegex(@"/\S+\.(?:cc|h|cpp|cu|hpp):\d+ .*?\) (?=[A-Z])", RegexOptions.Singleline)]
    private static partial Regex Sources();
}
