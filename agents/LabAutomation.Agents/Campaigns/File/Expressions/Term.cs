using System.Globalization;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>An expression as it is written. <see cref="ToString"/> gives text that reads back as the same term.</summary>
/// <param name="At">Where it stands, from 0 at the start of the expression; of a binary term, where its operator stands.</param>
/// <param name="Rank">How tightly it binds: a term with a lower rank needs parentheses inside one with a higher rank.</param>
internal abstract record Term(int At, int Rank)
{
    public sealed override string ToString() => Print();

    protected abstract string Print();

    protected static string Inside(Term term, int rank) => term.Rank < rank ? $"({term})" : term.ToString();
}

internal sealed record NumberTerm(int At, double Value, Unit Unit) : Term(At, 8)
{
    protected override string Print()
    {
        var number = Value.ToString("R", CultureInfo.InvariantCulture);
        return Unit.Symbol == "1" ? number : $"{number} {Unit.Symbol}";
    }
}

internal sealed record NameTerm(int At, string Name) : Term(At, 8)
{
    protected override string Print() => Name;
}

/// <param name="Text">Without a single quote in it.</param>
internal sealed record TextTerm(int At, string Text) : Term(At, 8)
{
    protected override string Print() => $"'{Text}'";
}

internal sealed record NegativeTerm(int At, Term Operand) : Term(At, 7)
{
    protected override string Print() => $"-{Inside(Operand, 7)}";
}

/// <param name="Operator">One of + - * /.</param>
internal sealed record ArithmeticTerm(int At, char Operator, Term Left, Term Right) : Term(At, Operator is '+' or '-' ? 5 : 6)
{
    protected override string Print() => $"{Inside(Left, Rank)} {Operator} {Inside(Right, Rank + 1)}";
}

/// <param name="Operator">One of &lt;= &gt;= &lt; &gt; == !=.</param>
internal sealed record ComparisonTerm(int At, string Operator, Term Left, Term Right) : Term(At, 4)
{
    protected override string Print() => $"{Inside(Left, 5)} {Operator} {Inside(Right, 5)}";
}

internal sealed record NotTerm(int At, Term Operand) : Term(At, 3)
{
    protected override string Print() => $"not {Inside(Operand, 3)}";
}

/// <param name="Operator"><c>and</c> or <c>or</c>.</param>
internal sealed record LogicTerm(int At, string Operator, Term Left, Term Right) : Term(At, Operator == "and" ? 2 : 1)
{
    protected override string Print() => $"{Inside(Left, Rank)} {Operator} {Inside(Right, Rank + 1)}";
}
