using System.Globalization;
using System.Text.RegularExpressions;

namespace LabAutomation.Agents.Reasoning;

/// <summary>
/// Numbers in English words that claim something: <c>twelve millilitres</c>, <c>twenty-five</c>, <c>one point six</c>. Small ones that are no amount, as in <c>two ways to go on</c>, are not looked at, nor
/// are other languages: agents are told to write digits.
/// </summary>
internal static partial class NumberWords
{
    /// <summary>Up to here a number may be part of speech; it claims something where a unit or what is counted follows.</summary>
    private const double MostSpoken = 12;

    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    /// <summary>Each with the digits that say the same.</summary>
    public static IEnumerable<(string Words, string Digits)> In(string sentence)
    {
        foreach (Match match in Number().Matches(sentence))
        {
            var words = Word().Matches(match.Groups["number"].Value).Select(word => word.Value.ToLowerInvariant()).Where(word => word != "and").ToArray();
            var point = Array.IndexOf(words, "point");
            var whole = Value(point < 0 ? words : words[..point]);
            var digits = whole.ToString(CultureInfo.InvariantCulture) + (point < 0 ? "" : $".{string.Concat(words[(point + 1)..].Select(word => Value([word]).ToString(CultureInfo.InvariantCulture)))}");
            if (point >= 0 || whole > MostSpoken || match.Groups["unit"].Success) yield return (match.Groups["number"].Value, digits);
        }

        foreach (var ratio in Ratios(sentence)) yield return ratio;
    }

    /// <summary>Ratios in words, which no entry holds unless it was measured so: both numbers are to be named.</summary>
    private static IEnumerable<(string Words, string Digits)> Ratios(string sentence) => Ratio().Matches(sentence).Select(match => (match.Value, match.Value.ToLowerInvariant() switch
    {
        var half when half.Contains("hal", StringComparison.Ordinal) => "0.5",
        var twice when twice.StartsWith('d') || twice.StartsWith("twi", StringComparison.Ordinal) || twice.StartsWith("two", StringComparison.Ordinal) => "2",
        var thrice when thrice.StartsWith('t') && !thrice.StartsWith("ten", StringComparison.Ordinal) => "3",
        var ten when ten.StartsWith("ten", StringComparison.Ordinal) => "10",
        var five when five.StartsWith("fi", StringComparison.Ordinal) => "5",
        var hundred when hundred.StartsWith('h') => "100",
        _ => "4",
    }));

    private static double Value(IEnumerable<string> words)
    {
        var (sum, part) = (0.0, 0.0);
        foreach (var word in words)
        {
            if (Array.IndexOf(Small, word) is >= 0 and var small) part += small;
            else if (Array.IndexOf(Tens, word) is >= 0 and var ten) part += 10 * (ten + 2);
            else if (word == "dozen") part = 12 * Math.Max(1, part);
            else if (word == "hundred") part = 100 * Math.Max(1, part);
            else (sum, part) = (sum + (word == "thousand" ? 1e3 : 1e6) * Math.Max(1, part), 0);
        }

        return sum + part;
    }

    [GeneratedRegex("""
        \b(?<number>(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozen|hundred|thousand|million)
        (?:[\s-]+(?:and\s+)?(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozen|hundred|thousand|million)|\s+point(?=\s+(?:zero|one|two|three|four|five|six|seven|eight|nine)\b))*)\b
        (?<unit>[\s-]+(?:(?:milli|micro|nano|centi|kilo)?(?:lit(?:er|re)|gram|met(?:er|re)|mol(?:e|es|ar)?\b)|(?:[mµu]L|mg|rpm|nm)\b|°|%|degree|per\s?cent|kelvin|celsius|hour|minute|(?:milli)?second|day|bar\b|trial|experiment|sample|campaign|time|fold))?
        """, RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Number();

    [GeneratedRegex(@"\b(?:by (?:a )?half|half (?:of|as)|halv(?:ed|es|ing)|doubl(?:ed|es|ing)|tripl(?:ed|es|ing)|trebl(?:ed|es|ing)|quadrupl(?:ed|es|ing)|twice|thrice|(?:two|three|four|five|ten|hundred)fold)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Ratio();

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Word();
}
