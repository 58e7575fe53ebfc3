using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;

namespace LabAutomation.Lab;

/// <summary>What a person is told of a command line that cannot be parsed: which option, what it wants, and what stood there.</summary>
internal static class UsageWording
{
    public static string Of(ParseError error) =>
        (error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult) is { Tokens: [.., var token] } given && Wanted(given.Option, token.Value) is { } wanted
            ? $"{given.Option.Name} is {wanted}, not '{token.Value}'"
            : error.Message;

    /// <summary>Null where the value is one that the option takes, so that something else is wrong.</summary>
    private static string? Wanted(Option option, string value)
    {
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        if (type == typeof(int)) return int.TryParse(value, out _) ? null : "a whole number";
        if (type == typeof(double)) return double.TryParse(value, out _) ? null : "a number";
        string[] words = [.. option.GetCompletions(CompletionContext.Empty).Select(word => word.Label)];
        if (words.Length == 0 || words.Contains(value)) return null;
        return words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}";
    }
}
