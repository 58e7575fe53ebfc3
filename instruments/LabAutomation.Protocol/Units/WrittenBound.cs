using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace LabAutomation.Protocol;

/// <summary>A bound as people write it: <c>stirrer.temperature &lt;= 80 °C</c>. The owner's name may have dots, so the last one divides.</summary>
/// <param name="Text">As it was written, without blanks around it.</param>
/// <param name="Owner">Such as an instrument or a command; a name.</param>
/// <param name="Subject">What of it is bounded; a name.</param>
/// <param name="Comparison">One of <c>&lt; &lt;= &gt; &gt;=</c>.</param>
public sealed partial record WrittenBound(string Text, string Owner, string Subject, string Comparison, Quantity Bound)
{
    private const double Rounding = 1e-9;

    public static bool TryParse(string text, [NotNullWhen(true)] out WrittenBound? written)
    {
        var match = Form().Match(text);
        var isBound = match.Success & Quantity.TryParse(match.Groups["bound"].Value, out var bound) && Topics.IsName(match.Groups["owner"].Value) && Topics.IsName(match.Groups["subject"].Value);
        written = isBound ? new WrittenBound(text.Trim(), match.Groups["owner"].Value, match.Groups["subject"].Value, match.Groups["comparison"].Value, bound!.Value) : null;
        return isBound;
    }

    /// <summary>In words: <c>at most 80 °C</c>.</summary>
    public string Words => $"{Comparison switch { "<" => "below", "<=" => "at most", ">" => "above", _ => "at least" }} {Bound}";

    /// <summary>Numbers that differ by less than one part in 10⁹ are equal, so that 300 µL is 0.3 mL.</summary>
    /// <exception cref="FrameException">The value measures something else.</exception>
    public bool IsKept(Quantity value)
    {
        var (number, limit) = (value.Value, Bound.In(value.Unit));
        var room = Rounding * Math.Max(Math.Abs(number), Math.Abs(limit));
        return Comparison switch
        {
            "<" => number < limit - room,
            "<=" => number <= limit + room,
            ">" => number > limit + room,
            _ => number >= limit - room,
        };
    }

    [GeneratedRegex(@"^\s*(?<owner>\S+)\.(?<subject>[^\s.<>=]+)\s*(?<comparison><=|>=|<|>)\s*(?<bound>[^<>=].*)$")]
    private static partial Regex Form();
}
