using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace LabAutomation.Models;

/// <summary>What the reader of YAML complains of, in words for who wrote the card.</summary>
internal static partial class CardWording
{
    /// <returns>Without the place.</returns>
    public static string Of(YamlException error)
    {
        var lacking = Missing().Match(error.Message);
        if (lacking.Success) return $"what ends here lacks {lacking.Groups[1].Value}";
        if (Strange().Match(error.Message) is { Success: true } strange) return $"there is no key '{strange.Groups[1].Value}' here";
        if ((error.InnerException ?? error).Message.StartsWith("Yaml value is null", StringComparison.Ordinal)) return "a key stands here with nothing behind it; write its value, or leave it out";
        return error.InnerException switch
        {
            OverflowException => "this number is too large for what it is",
            FormatException wrong => Quoted().Match(wrong.Message) is { Success: true } quoted ? $"{quoted.Value} is no number, or none of the kind that is wanted here" : "a number is wanted here",
            InvalidCastException => "a list or a group of keys is wanted here, and this is a single value",
            { } other => other.Message,
            null => error.Message,
        };
    }

    /// <summary>As the reader of YAML words it.</summary>
    [GeneratedRegex("^Missing properties, (.*) in source yaml")]
    private static partial Regex Missing();

    [GeneratedRegex("^Property '(.*)' not found on type")]
    private static partial Regex Strange();

    [GeneratedRegex("'.*'")]
    private static partial Regex Quoted();
}
