namespace LabAutomation.Agents.Campaigns;

/// <summary>Reads expressions by recursive descent, from <c>or</c>, which binds least, to numbers and names.</summary>
internal sealed class TermParser
{
    /// <summary>Longer or deeper expressions are not for people, and would only exhaust the stack.</summary>
    public const int MaximumLength = 1000;
    private const int MaximumDepth = 50;

    private readonly TermScanner _scanner;
    private int _depth;

    private TermParser(string text) => _scanner = new TermScanner(text);

    /// <exception cref="ExpressionException">The text is not an expression.</exception>
    public static Term Parse(string text)
    {
        if (text.Length > MaximumLength) throw new ExpressionException(0, $"an expression has at most {MaximumLength} characters, not {text.Length}");
        var parser = new TermParser(text);
        var term = parser.Or();
        parser._scanner.RequireEnd();
        return term;
    }

    private Term Or()
    {
        var left = And();
        while (_scanner.TryWord("or", out var at)) left = new LogicTerm(at, "or", left, And());
        return left;
    }

    private Term And()
    {
        var left = Not();
        while (_scanner.TryWord("and", out var at)) left = new LogicTerm(at, "and", left, Not());
        return left;
    }

    private Term Not() => _scanner.TryWord("not", out var at) ? Nested(() => new NotTerm(at, Not())) : Comparison();

    private Term Comparison()
    {
        var left = Sum();
        if (!_scanner.TryComparison(out var at, out var symbol)) return left;
        var comparison = new ComparisonTerm(at, symbol, left, Sum());
        if (_scanner.TryComparison(out var second, out _))
            throw new ExpressionException(second, "one comparison cannot follow another", "write 'a < b and b < c'");
        return comparison;
    }

    private Term Sum()
    {
        var left = Product();
        while (_scanner.TryAny("+-", out var at, out var symbol)) left = new ArithmeticTerm(at, symbol, left, Product());
        return left;
    }

    private Term Product()
    {
        var left = Signed();
        while (_scanner.TryAny("*/", out var at, out var symbol)) left = new ArithmeticTerm(at, symbol, left, Signed());
        return left;
    }

    private Term Signed() => _scanner.TryAny("-", out var at, out _) ? Nested(() => new NegativeTerm(at, Signed())) : Primary();

    private Term Primary()
    {
        if (!_scanner.TryAny("(", out var open, out _)) return _scanner.Operand();
        var inner = Nested(Or);
        if (!_scanner.TryAny(")", out _, out _)) throw new ExpressionException(open, "this '(' has no ')'");
        return inner;
    }

    private T Nested<T>(Func<T> read)
    {
        if (++_depth > MaximumDepth) throw new ExpressionException(_scanner.Position, $"the expression is nested more than {MaximumDepth} deep");
        var inner = read();
        _depth--;
        return inner;
    }
}
