using System.Globalization;
using System.Text.RegularExpressions;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>Holds what an agent claims against the record: a sentence with a number names entries, as <c>[#131]</c>, and they hold that number.</summary>
public static partial class Citations
{
    /// <summary>The sentences that the record does not bear out, each with what is wrong with it; empty where all is well.</summary>
    public static IReadOnlyList<string> Doubts(string text, IReadOnlyDictionary<long, LedgerEntry> entries)
    {
        var doubts = new List<string>();
        foreach (var sentence in Sentences(text))
        {
            var cited = Cited().Matches(sentence).Select(match => match.Groups[1].Value).ToArray();
            var numbers = Number().Matches(Listing().Replace(Cited().Replace(sentence, " "), "")).Select(match => match.Value).ToArray();
            if (cited.FirstOrDefault(seq => !long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !entries.ContainsKey(number)) is { } unknown)
                doubts.Add($"\"{sentence}\": there is no entry {unknown}");
            else if (numbers.Length > 0 && cited.Length == 0)
                doubts.Add($"\"{sentence}\": it names no entry for {string.Join(", ", numbers)}");
            else if (numbers.Where(number => !cited.Any(seq => Holds(entries[long.Parse(seq, CultureInfo.InvariantCulture)], number))).ToArray() is { Length: > 0 } strange)
                doubts.Add($"\"{sentence}\": the entries that it names do not hold {string.Join(", ", strange)}");
        }

        return doubts;
    }

    private static List<string> Sentences(string text)
    {
        var sentences = new List<string>();
        foreach (var part in End().Split(text).Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            // A citation after the full stop belongs to the sentence before it.
            if (sentences.Count > 0 && Leading().Match(part) is { Success: true } leading)
            {
                sentences[^1] += " " + leading.Value.Trim();
                if (part[leading.Length..].Trim() is { Length: > 0 } rest) sentences.Add(rest);
            }
            else
            {
                sentences.Add(part);
            }
        }

        return sentences;
    }

    /// <summary>Whether the entry has the number to as many digits as it is claimed with.</summary>
    private static bool Holds(LedgerEntry entry, string claimed)
    {
        var (value, decimals) = (double.Parse(claimed, CultureInfo.InvariantCulture), claimed.IndexOf('.') is >= 0 and var point ? claimed.Length - point - 1 : 0);
        var tolerance = 0.5 * Math.Pow(10, -decimals) * (1 + 1e-9);
        return AnyNumber().Matches(LabEvents.Write(entry.Event)).Any(match => Math.Abs(double.Parse(match.Value, CultureInfo.InvariantCulture) - value) <= (decimals == 0 && Math.Abs(value) < 1000 ? Whole(match.Value, value) : tolerance));
    }

    /// <summary>A whole number is a count or is rounded: "2" is no 1.6, and "120" may be 119.7.</summary>
    private static double Whole(string held, double value) => held.Contains('.', StringComparison.Ordinal) && Math.Abs(value) >= 10 ? 0.5 : 0;

    [GeneratedRegex(@"\[#(\d+)\]")]
    private static partial Regex Cited();

    [GeneratedRegex(@"^(\s*\[#\d+\][,;]?)+\.?")]
    private static partial Regex Leading();

    [GeneratedRegex(@"(?<![\w.#-])-?\d+(?:\.\d+)?(?![\w-])")]
    private static partial Regex Number();

    [GeneratedRegex(@"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")]
    private static partial Regex AnyNumber();

    [GeneratedRegex(@"^\s*(?:\d+[.)]|[-*])\s+")]
    private static partial Regex Listing();

    [GeneratedRegex(@"(?<=[.!?])(?<!(?:^|\n)\s*\d+\.)\s+|\n+")]
    private static partial Regex End();
}
