using System.Collections.Immutable;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Limits on measured quantities: <c>colour_L &gt;= 40</c>, either way round, and several with <c>and</c>.</summary>
internal sealed class LimitReader(QuantityReader quantities, ProblemList problems)
{
    private readonly List<OutcomeLimit> _limits = [];

    /// <summary>One limit for each quantity, in the order of the file.</summary>
    public ImmutableArray<OutcomeLimit> Read(ListNode? list)
    {
        foreach (var node in (list?.Items ?? []).OfType<TextNode>().Where(text => !text.IsOtherThanText))
        {
            var skip = node.Text.StartsWith('=') ? 1 : 0;
            try
            {
                Add(TermParser.Parse(node.Text[skip..]), term => node.MarkOf(skip + term.At));
            }
            catch (ExpressionException error)
            {
                problems.Add(node.MarkOf(skip + error.At), error.Message, error.Hint);
            }
        }

        return [.. _limits];
    }

    private void Add(Term term, Func<Term, Mark> markOf)
    {
        if (term is LogicTerm { Operator: "and" } both)
        {
            Add(both.Left, markOf);
            Add(both.Right, markOf);
            return;
        }

        if (term is not ComparisonTerm comparison || Sides(comparison) is not var (name, number, isLeast))
            throw new ExpressionException(term.At, "this is no limit of a result", "a limit compares one result with one number: colour_L >= 40");
        if (comparison.Operator is not ("<=" or ">="))
            throw new ExpressionException(term.At, $"'{comparison.Operator}' is no limit that a measurement can keep", "write <= or >=");
        if (quantities.Read(name.Name, markOf(name)) is not { } quantity) return;
        var (value, unit) = (number as NumberTerm ?? (NumberTerm)((NegativeTerm)number).Operand) is var bare ? (number is NegativeTerm ? -bare.Value : bare.Value, bare.Unit) : default;
        if (!quantities.Fits(unit, quantity, markOf(number))) return;
        Join(quantity.Name, unit.Convert(value, quantity.Unit), isLeast, markOf(term));
    }

    private void Join(string name, double value, bool isLeast, Mark at)
    {
        var place = _limits.FindIndex(limit => limit.Name == name);
        var known = place >= 0 ? _limits[place] : new OutcomeLimit(name, null, null);
        if ((isLeast ? known.Min : known.Max) is not null)
        {
            problems.Add(at, $"'{name}' has {(isLeast ? "a lower" : "an upper")} limit already", "leave one out");
            return;
        }

        var joined = isLeast ? known with { Min = value } : known with { Max = value };
        if (joined.Min > joined.Max) problems.Add(at, $"no value of '{name}' keeps this limit and the other one", "the lower limit is below the upper one");
        if (place >= 0) _limits[place] = joined;
        else _limits.Add(joined);
    }

    /// <summary>The result, the number, and whether the number is the least that the result may be.</summary>
    private static (NameTerm Name, Term Number, bool IsLeast)? Sides(ComparisonTerm comparison) => (comparison.Left, comparison.Right) switch
    {
        (NameTerm name, NumberTerm or NegativeTerm { Operand: NumberTerm }) => (name, comparison.Right, comparison.Operator is ">=" or ">"),
        (NumberTerm or NegativeTerm { Operand: NumberTerm }, NameTerm name) => (name, comparison.Left, comparison.Operator is "<=" or "<"),
        _ => null,
    };
}
