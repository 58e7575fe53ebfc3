using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LabAutomation.Agents.Campaigns;

/// <summary>A part of the file that remembers where it stands.</summary>
internal abstract record YamlNode(Mark At);

/// <summary>Something that was refused already, and about which nothing more is said.</summary>
internal sealed record RefusedNode(Mark At) : YamlNode(At);

/// <summary>Keys and values in the order of the file, each key once.</summary>
internal sealed record MapNode(Mark At, ImmutableArray<(TextNode Key, YamlNode Value)> Entries) : YamlNode(At)
{
    public YamlNode? this[string key] => Entries.FirstOrDefault(entry => entry.Key.Text == key).Value;

    public Mark MarkOf(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key).Key?.At ?? At;
}

internal sealed record ListNode(Mark At, ImmutableArray<YamlNode> Items) : YamlNode(At);

/// <param name="TextAt">Where the first character of the text stands, after a quote; null where characters and columns do not run in step.</param>
internal sealed partial record TextNode(Mark At, string Text, bool IsPlain, Mark? TextAt) : YamlNode(At)
{
    public bool IsEmpty => IsPlain && Text is "" or "~" or "null";

    /// <summary>Whether YAML takes it for something else than text: a number, true, false or nothing.</summary>
    public bool IsOtherThanText =>
        IsPlain && (IsEmpty || Text is "true" or "false" or "True" or "False" or "TRUE" or "FALSE" || AsNumber() is not null);

    /// <summary>By the core schema of YAML 1.2.</summary>
    public double? AsNumber() => IsPlain && YamlNumber().IsMatch(Text) ? double.Parse(Text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;

    /// <summary>Where a character of the text stands in the file.</summary>
    public Mark MarkOf(int character) => TextAt?.Right(character) ?? At;

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex YamlNumber();
}
