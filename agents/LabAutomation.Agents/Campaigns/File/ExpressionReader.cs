using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Expressions inside YAML values; their problems are reported where they stand in the file.</summary>
internal sealed class ExpressionReader(ImmutableArray<ParameterPlan> parameters, ImmutableSortedDictionary<string, Quantity> constants, ProblemList problems)
{
    private readonly TermCompiler _compiler = new(parameters, constants);

    /// <summary>A quantity, or an equals sign and an expression.</summary>
    public Formula? Formula(TextNode node)
    {
        var isExpression = node.Text.StartsWith('=');
        return Read(node, isExpression ? 1 : 0, (source, term) =>
        {
            if (!isExpression && term is not (NumberTerm or NegativeTerm { Operand: NumberTerm }))
                throw new ExpressionException(0, $"'{source}' is not a quantity", $"an expression begins with an equals sign: ={source}");
            var (number, unit) = _compiler.Number(term);
            return new Formula(source, number, unit);
        });
    }

    /// <summary>A condition, with or without an equals sign before it.</summary>
    public Condition? Condition(TextNode node) =>
        Read(node, node.Text.StartsWith('=') ? 1 : 0, (source, term) => new Condition(source, _compiler.Condition(term), node.At));

    private T? Read<T>(TextNode node, int skip, Func<string, Term, T> compile) where T : class
    {
        var source = node.Text[skip..];
        try
        {
            var term = TermParser.Parse(source);
            return IsReadable(term) ? compile(source.Trim(), term) : null;
        }
        catch (ExpressionException error)
        {
            problems.Add(node.MarkOf(skip + error.At), error.Message, error.Hint);
            return null;
        }
    }

    /// <summary>A parameter that could not be read is reported where it is described, not wherever it is used.</summary>
    private bool IsReadable(Term term) => term switch
    {
        NameTerm name => !parameters.Any(parameter => parameter is UnknownParameter && parameter.Name == name.Name),
        NegativeTerm negative => IsReadable(negative.Operand),
        NotTerm not => IsReadable(not.Operand),
        ArithmeticTerm arithmetic => IsReadable(arithmetic.Left) && IsReadable(arithmetic.Right),
        ComparisonTerm comparison => IsReadable(comparison.Left) && IsReadable(comparison.Right),
        LogicTerm logic => IsReadable(logic.Left) && IsReadable(logic.Right),
        _ => true,
    };
}
