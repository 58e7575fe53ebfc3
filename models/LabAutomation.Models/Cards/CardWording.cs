using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace LabAutomation.Models;

/// <summary>What the reader of YAML complains of, in words for who wrote the card.</summary>
internal static partial class CardWording
{
    private const string Single = "a single value", Group = "a group of keys", List = "a list";

    /// <returns>Without the place.</returns>
    public static string Of(YamlException error)
    {
        var told = error.Message;
        if (Missing().Match(told) is { Success: true } lacking) return $"what ends here lacks {lacking.Groups[1].Value.Replace(",", ", ", StringComparison.Ordinal)}";
        if (Strange().Match(told) is { Success: true } strange) return $"there is no key '{strange.Groups[1].Value}' here";
        if (Twice().Match(told) is { Success: true } twice) return $"the key '{twice.Groups[1].Value}' stands here for the second time; once is enough";
        if (Kinds().Match(told) is { Success: true } kinds) return Kind(kinds.Groups[1].Value, kinds.Groups[2].Value);
        if (Unreadable().Match(told) is { Success: true } unreadable) return unreadable.Groups[1].Value == typeof(ModelCard).FullName ? "a card is a group of keys, such as 'name: doubling', and this is something else" : $"{Single} is wanted here, and this is {List} or {Group}";
        if (Alias().Match(told) is { Success: true } alias) return $"'*{alias.Groups[1].Value}' repeats what was marked '&{alias.Groups[1].Value}' further up, and nothing was";
        if (Tag().Match(told) is { Success: true } tag) return $"the tag {tag.Groups[1].Value} is not known; leave it out";
        if ((error.InnerException ?? error).Message.StartsWith("Yaml value is null", StringComparison.Ordinal)) return "a key stands here with nothing behind it; write its value, or leave it out";
        return error.InnerException switch
        {
            OverflowException => "this number is too large for what it is",
            FormatException wrong => Quoted().Match(wrong.Message) is { Success: true } quoted ? $"{quoted.Value} is no number, or none of the kind that is wanted here" : "a number is wanted here",
            InvalidCastException => $"{List} or {Group} is wanted here, and this is {Single}",
            ArgumentException word when Quoted().Match(word.Message) is { Success: true } quoted => $"{quoted.Value} is not known here; a value outside the range is met with {string.Join(" or ", Enum.GetNames<OutsidePolicy>().Select(name => name.ToLowerInvariant()))}",
            _ => Syntax(told),
        };
    }

    private static string Kind(string wanted, string given)
    {
        static string Name(string what) => what switch { "Scalar" => Single, "MappingStart" => Group, "SequenceStart" => List, _ => "something else" };
        return wanted == "StreamEnd" ? "a card ends where a second one begins, and each has a file of its own" : $"{Name(wanted)} is wanted here, and this is {Name(given)}";
    }

    /// <summary>What makes the file none that can be taken apart.</summary>
    private static string Syntax(string told)
    {
        if (told.Contains("tab character", StringComparison.OrdinalIgnoreCase)) return "this is indented with a tab; YAML takes blanks";
        if (told.Contains("quoted scalar", StringComparison.Ordinal)) return "a text in quotes begins here and does not end as it should";
        return told.Contains("block mapping", StringComparison.Ordinal) ? "a key is wanted here, as far in as those beside it" : "this is no YAML: a bracket, a quote, a colon or a blank is missing or too many here or before";
    }

    /// <summary>As the reader of YAML words it.</summary>
    [GeneratedRegex("^Missing properties, (.*) in source yaml")]
    private static partial Regex Missing();

    [GeneratedRegex("^Property '(.*)' not found on type")]
    private static partial Regex Strange();

    [GeneratedRegex("^Encountered duplicate key (.*)$")]
    private static partial Regex Twice();

    [GeneratedRegex("^Expected '(.*?)', got '(.*?)'")]
    private static partial Regex Kinds();

    [GeneratedRegex(@"^No node deserializer was able to deserialize the node into type ([\w.]+)")]
    private static partial Regex Unreadable();

    [GeneratedRegex(@"^Alias \$(.*) cannot precede")]
    private static partial Regex Alias();

    [GeneratedRegex("^Encountered an unresolved tag (.*)$")]
    private static partial Regex Tag();

    [GeneratedRegex("'.*'")]
    private static partial Regex Quoted();
}
