using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What one sentence claims in numbers. Each of its digits is part of one of these.</summary>
/// <param name="Numbers">As they are written, and the digits that say the same: a number with a point or an exponent, or a date.</param>
/// <param name="Names">With a number after a hyphen, as campaigns and instruments have them.</param>
/// <param name="Unreadable">What has digits and is neither, such as <c>pH7.4</c>.</param>
internal sealed partial record SentenceClaims(ImmutableArray<(string Words, string Digits)> Numbers, ImmutableArray<string> Names, ImmutableArray<string> Unreadable)
{
    /// <param name="sentence">Without the entries that it names.</param>
    public static SentenceClaims Of(string sentence)
    {
        var (numbers, names) = (new List<(string, string)>(), new List<string>());
        var rest = Name().Replace(sentence, match =>
        {
            if (Numbered().IsMatch(match.Value)) names.Add(match.Value);
            return " ";
        });
        rest = Date().Replace(rest, match => Take(match.Value, match.Value));
        rest = Number().Replace(rest, match => Take(match.Value, match.Groups["grouped"].Success ? match.Value.Replace(",", "", StringComparison.Ordinal) : match.Value));
        numbers.AddRange(NumberWords.In(sentence));
        return new SentenceClaims([.. numbers.Distinct()], [.. names.Distinct()], [.. WithDigit().Matches(rest).Select(match => match.Value.Trim(',', '.', ';', ':', '(', ')'))]);

        string Take(string words, string digits)
        {
            numbers.Add((words, digits));
            return "~";
        }
    }

    /// <summary>The names with a number after a hyphen that stand in a text.</summary>
    public static IEnumerable<string> NamesIn(string text) => Name().Matches(text).Select(match => match.Value).Where(name => Numbered().IsMatch(name));

    public static bool IsDate(string digits) => Date().IsMatch(digits);

    /// <summary>A word that begins with a letter: no number is read out of it.</summary>
    [GeneratedRegex(@"(?<![\w.])(?>[A-Za-z_]\w*(?:-\w+)*)(?![.,][0-9])")]
    private static partial Regex Name();

    [GeneratedRegex("-[0-9]")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"(?<![\w.-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w-])")]
    private static partial Regex Date();

    /// <summary>With its exponent and whatever unit follows; never a part of one. Between two numbers a hyphen is no sign.</summary>
    [GeneratedRegex(@"(?<![\w.#])(?:(?<![\w.#~-])[-\u2212])?(?>(?<grouped>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?)(?![0-9,])|(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+\u2212]?[0-9]+)?)")]
    private static partial Regex Number();

    [GeneratedRegex(@"\S*[0-9]\S*")]
    private static partial Regex WithDigit();
}
