using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>Holds what an agent claims against the record: a sentence with a number names entries, as <c>[#131]</c>, and they hold that number.</summary>
public static partial class Citations
{
    /// <summary>Entries that one sentence names; more is no way to say where a number stands.</summary>
    private const int MostCited = 20;

    /// <summary>The sentences that the record does not bear out, each with what is wrong with it; empty where all is well.</summary>
    /// <exception cref="OperationCanceledException">There was no time to look at all of them.</exception>
    public static IReadOnlyList<string> Doubts(string text, IReadOnlyDictionary<long, LedgerEntry> entries, CancellationToken cancellation = default)
    {
        var (doubts, known) = (new List<string>(), new Dictionary<long, IReadOnlyList<Held>>());
        HashSet<string>? names = null;
        foreach (var sentence in Sentences(text))
        {
            cancellation.ThrowIfCancellationRequested();
            var cited = Cited().Matches(sentence).Select(match => match.Groups[1].Value).Distinct().ToArray();
            var claims = SentenceClaims.Of(Listing().Replace(Cited().Replace(sentence, " "), ""));
            var numbers = claims.Numbers;
            if (cited.Length > MostCited)
                doubts.Add($"\"{sentence}\": it names {cited.Length} entries; name the {MostCited} at most that hold its numbers");
            else if (cited.FirstOrDefault(seq => !long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !entries.ContainsKey(number)) is { } unknown)
                doubts.Add($"\"{sentence}\": there is no entry {unknown}");
            else if (Foreign().IsMatch(sentence))
                doubts.Add($"\"{sentence}\": numbers are to be written with the digits 0 to 9");
            else if (claims.Unreadable.Length > 0)
                doubts.Add($"\"{sentence}\": {string.Join(", ", claims.Unreadable)} cannot be read; a number is written by itself, with a space before its unit");
            else if (claims.Names.Where(name => !(names ??= NamesOf(entries.Values, cancellation)).Contains(name)).ToArray() is { Length: > 0 } nowhere)
                doubts.Add($"\"{sentence}\": {string.Join(", ", nowhere)} stands nowhere in the record");
            else if (numbers.Length > 0 && cited.Length == 0)
                doubts.Add($"\"{sentence}\": it names no entry for {string.Join(", ", numbers.Select(number => number.Words))}");
            else if (Strange(numbers, cited) is { Length: > 0 } strange)
                doubts.Add($"\"{sentence}\": the entries that it names do not hold {string.Join(", ", strange)}");
        }

        return doubts;

        string[] Strange(ImmutableArray<(string Words, string Digits)> numbers, string[] cited)
        {
            if (numbers.Length == 0) return [];
            long[] seqs = [.. cited.Select(seq => long.Parse(seq, CultureInfo.InvariantCulture))];
            Held[] held = [.. seqs.SelectMany(Numbers)];
            return [.. numbers.Where(number =>
            {
                cancellation.ThrowIfCancellationRequested();
                return SentenceClaims.IsDate(number.Digits) ? !seqs.Any(seq => IsDated(entries[seq], number.Digits)) : !IsHeld(number.Digits, held);
            }).Select(number => number.Words)];
        }

        IReadOnlyList<Held> Numbers(long seq) => known.TryGetValue(seq, out var numbers) ? numbers : known[seq] = NumbersOf(entries[seq]);
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

    /// <summary>Names with a number after a hyphen, such as those of campaigns and instruments, wherever they stand in the record.</summary>
    private static HashSet<string> NamesOf(IEnumerable<LedgerEntry> entries, CancellationToken cancellation)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            names.Add(entry.Campaign);
            names.UnionWith(SentenceClaims.NamesIn(LabEvents.Write(entry.Event)));
        }

        return names;
    }

    private static bool IsDated(LedgerEntry entry, string date) =>
        entry.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) == date || LabEvents.Write(entry.Event).Contains(date, StringComparison.Ordinal);

    /// <summary>Whether a number is held to as many digits as it is claimed with.</summary>
    private static bool IsHeld(string claimed, Held[] held)
    {
        var text = claimed.Replace('\u2212', '-');
        var value = double.Parse(text, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value)) return false;
        var split = text.IndexOfAny(['e', 'E']);
        var digits = split < 0 ? text : text[..split];
        var decimals = digits.IndexOf('.') is >= 0 and var point ? digits.Length - point - 1 : 0;
        var exponent = split < 0 || value == 0 ? 0 : double.Parse(text[(split + 1)..], CultureInfo.InvariantCulture);
        var isWhole = decimals == 0 && (split < 0 || value == 0) && Math.Abs(value) < 1000;
        var tolerance = 0.5 * Math.Pow(10, exponent - decimals) * (1 + 1e-9);
        return held.Any(one => Math.Abs(one.Value - value) <= (isWhole ? Whole(one, value) : tolerance));
    }

    /// <summary>A whole number is a count or is rounded: "2" is no 1.6, and "120" may be 119.7.</summary>
    private static double Whole(Held held, double value) => held.HasDecimals && Math.Abs(value) >= 10 ? 0.5 : 0;

    /// <summary>What stands in an entry as a number; digits in its texts and names are none.</summary>
    private static List<Held> NumbersOf(LedgerEntry entry)
    {
        var numbers = new List<Held>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(LabEvents.Write(entry.Event)));
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.Number) numbers.Add(new Held(reader.GetDouble(), reader.ValueSpan.Contains((byte)'.')));
        return numbers;
    }

    private readonly record struct Held(double Value, bool HasDecimals);

    /// <summary>A digit of another script, a fraction or a number in one sign; not the power of a unit, such as that of m².</summary>
    [GeneratedRegex(@"(?<![a-zA-Z°])[²³¹]|[\p{Nl}\p{No}\p{Nd}-[0-9²³¹]]")]
    private static partial Regex Foreign();

    [GeneratedRegex(@"\[#([0-9]+)\]")]
    private static partial Regex Cited();

    [GeneratedRegex(@"^(\s*\[#[0-9]+\][,;]?)+\.?")]
    private static partial Regex Leading();

    [GeneratedRegex(@"^\s*(?:[0-9]+[.)]|[-*])\s+")]
    private static partial Regex Listing();

    [GeneratedRegex(@"(?<=[.!?])(?<!(?:^|\n)\s*[0-9]+\.)\s+|\n+")]
    private static partial Regex End();
}
