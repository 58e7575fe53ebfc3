using System.Globalization;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Takes an expression apart: numbers with their units, names, texts, operators.</summary>
internal sealed class TermScanner(string text)
{
    private static readonly string[] Comparisons = ["<=", ">=", "==", "!=", "<", ">"];
    private static readonly string[] Words = ["and", "or", "not"];

    private int _at;

    public int Position => _at;

    public static bool IsWord(string name) => Words.Contains(name);

    public bool TryAny(string symbols, out int at, out char symbol)
    {
        SkipSpace();
        (at, symbol) = (_at, '\0');
        if (_at == text.Length || !symbols.Contains(text[_at])) return false;
        symbol = text[_at++];
        return true;
    }

    public bool TryComparison(out int at, out string symbol)
    {
        SkipSpace();
        at = _at;
        symbol = Comparisons.FirstOrDefault(one => text.AsSpan(_at).StartsWith(one)) ?? "";
        _at += symbol.Length;
        if (symbol.Length == 0 && _at < text.Length && text[_at] == '=') throw new ExpressionException(_at, "'=' does not compare", "write '=='");
        return symbol.Length > 0;
    }

    public bool TryWord(string word, out int at)
    {
        SkipSpace();
        at = _at;
        if (NameAt(_at) != word) return false;
        _at += word.Length;
        return true;
    }

    /// <summary>A number with or without unit, a name, or a text in quotes.</summary>
    public Term Operand()
    {
        SkipSpace();
        var at = _at;
        if (at == text.Length) throw new ExpressionException(at, "the expression ends where a value should be");
        if (char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))) return Number();
        if (text[at] is '\'' or '"') return Text();
        if (NameAt(at) is { Length: > 0 } name && !IsWord(name))
        {
            _at += name.Length;
            return new NameTerm(at, name);
        }

        var hint = text[at] is '−' or '–' ? "write a plain minus '-'" : null;
        throw new ExpressionException(at, $"'{WordAt(at)}' stands where a value should be", hint);
    }

    /// <exception cref="ExpressionException">Something is left.</exception>
    public void RequireEnd()
    {
        SkipSpace();
        if (_at == text.Length) return;
        var hint = text[_at] switch
        {
            ')' => "there is no '(' before it",
            '−' or '–' => "write a plain minus '-'",
            '×' or '·' => "write '*'",
            '≤' => "write '<='",
            '≥' => "write '>='",
            '&' => "write 'and'",
            '|' => "write 'or'",
            '^' => "a power is written as a product",
            _ when char.IsLetterOrDigit(text[_at]) || text[_at] is '(' or '_' => "an operator is missing before it",
            _ => null,
        };
        throw new ExpressionException(_at, $"'{WordAt(_at)}' is not understood here", hint);
    }

    private NumberTerm Number()
    {
        var start = _at;
        Digits();
        if (_at < text.Length && text[_at] == '.') { _at++; Digits(); }
        Exponent();
        var value = double.Parse(text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value)) throw new ExpressionException(start, $"{text[start.._at]} is too large a number");
        return new NumberTerm(start, value, Unit());
    }

    private void Exponent()
    {
        var digits = _at + 1;
        if (_at >= text.Length || text[_at] is not ('e' or 'E')) return;
        if (digits < text.Length && text[digits] is '+' or '-') digits++;
        if (digits >= text.Length || !char.IsAsciiDigit(text[digits])) return;
        _at = digits;
        Digits();
    }

    private void Digits()
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
    }

    /// <summary>The longest unit that follows, so that <c>6 mL/min</c> is a rate and <c>6 mL/cyan</c> a quotient.</summary>
    private Unit Unit()
    {
        var start = _at;
        while (start < text.Length && text[start] == ' ') start++;
        if (start == text.Length || !IsUnitStart(text[start]) || IsWord(NameAt(start))) return Protocol.Unit.One;
        var end = start;
        while (end < text.Length && (IsUnitStart(text[end]) || char.IsAsciiDigit(text[end]) || text[end] is '/' or '.' or '·')) end++;
        for (; end > start; end--)
        {
            var isWhole = end == text.Length || !(char.IsLetterOrDigit(text[end]) || text[end] is '_' or '°');
            if (!isWhole || !Protocol.Unit.TryParse(text[start..end], out var unit)) continue;
            _at = end;
            return unit;
        }

        throw new ExpressionException(start, $"'{WordAt(start)}' is not a unit",
            $"units are such as mL, mL/min, rpm, °C, s, nm; a product is written as 2 * {WordAt(start)}");
    }

    private TextTerm Text()
    {
        var start = _at;
        var end = text.IndexOf(text[start], start + 1);
        if (end < 0) throw new ExpressionException(start, "this quote is not closed");
        _at = end + 1;
        return new TextTerm(start, text[(start + 1)..end]);
    }

    private string NameAt(int at)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiLetter(text[end]) || text[end] == '_' || (end > at && char.IsAsciiDigit(text[end])))) end++;
        return text[at..end];
    }

    private string WordAt(int at)
    {
        var end = at;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '°' or '%')) end++;
        return end > at ? text[at..end] : text[at..(at + 1)];
    }

    private void SkipSpace()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
    }

    private static bool IsUnitStart(char c) => char.IsLetter(c) || c is '°' or '%';
}
