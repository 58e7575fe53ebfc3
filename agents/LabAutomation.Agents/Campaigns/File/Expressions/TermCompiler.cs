using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Checks the meaning of an expression: names exist, units agree, numbers and conditions stand where they may.</summary>
internal sealed class TermCompiler(ImmutableArray<ParameterPlan> parameters, ImmutableSortedDictionary<string, Quantity>? constants = null)
{
    /// <summary>Where a divisor is looked at, and the step from one place to the next along each dimension.</summary>
    private const int Places = 32;
    private const double Golden = 0.6180339887498949, Rounding = 1e-12;

    /// <exception cref="ExpressionException">The term is not a number, or its units do not agree.</exception>
    public (Arithmetic Number, Unit Unit) Number(Term term) => term switch
    {
        NumberTerm number => (new Constant(number.Value), number.Unit),
        NameTerm name when constants?.TryGetValue(name.Name, out var constant) == true => (new Constant(constant.Value), constant.Unit),
        NameTerm name => Parameter(name),
        NegativeTerm negative => Number(negative.Operand) is var (operand, unit) ? (new Scaled(operand, -1, 0), unit) : default,
        ArithmeticTerm { Operator: '+' or '-' } sum => Sum(sum),
        ArithmeticTerm product => Product(product),
        TextTerm text => throw new ExpressionException(text.At, $"{text} is a text, not a number"),
        _ => throw new ExpressionException(term.At, "a condition stands where a number should be"),
    };

    /// <exception cref="ExpressionException">The term is not a condition, or its units do not agree.</exception>
    public Predicate Condition(Term term) => Condition(term, expected: true);

    /// <summary>By De Morgan's rules: what is not expected to hold is turned into what holds instead.</summary>
    private Predicate Condition(Term term, bool expected) => term switch
    {
        NotTerm not => Condition(not.Operand, !expected),
        LogicTerm logic when logic.Operator == "and" == expected => new Both(Condition(logic.Left, expected), Condition(logic.Right, expected)),
        LogicTerm logic => new Either(Condition(logic.Left, expected), Condition(logic.Right, expected)),
        ComparisonTerm comparison when Choice(comparison, expected) is { } chosen => chosen,
        ComparisonTerm comparison => Compare(comparison, expected),
        _ => throw new ExpressionException(term.At, "a number stands where a condition should be", "compare it with something: <= >= < > == !="),
    };

    private (Arithmetic, Unit) Parameter(NameTerm name)
    {
        var place = PlaceOf(name);
        return parameters[place].IsNumeric
            ? (new Coordinate(place), parameters[place].Unit)
            : throw new ExpressionException(name.At, $"'{name}' is a choice, not a number",
                $"it can be compared: {name} == '{((ChoiceParameter)parameters[place]).Choices[0]}'");
    }

    private int PlaceOf(NameTerm name)
    {
        for (var place = 0; place < parameters.Length; place++)
            if (parameters[place].Name == name.Name) return place;
        var near = NearestName.Hint(name.Name, parameters.Select(parameter => parameter.Name).Concat(constants?.Keys ?? []), constants is null or { IsEmpty: true } ? "parameters" : "parameters and constants");
        var hint = Unit.TryParse(name.Name, out _) ? "a unit stands after a number" : near;
        throw new ExpressionException(name.At, $"'{name}' is not a parameter", hint);
    }

    private (Arithmetic, Unit) Sum(ArithmeticTerm term)
    {
        var ((left, unit), (right, rightUnit)) = (Number(term.Left), Number(term.Right));
        var verb = term.Operator == '+' ? "add" : "subtract";
        if (!unit.Fits(rightUnit)) throw Disagree(term, $"{Named(unit)} and {Named(rightUnit)} do not {verb}", unit, rightUnit);
        if (UnitProducts.HasOwnZero(unit) != UnitProducts.HasOwnZero(rightUnit))
            throw new ExpressionException(term.At, $"{unit} and {rightUnit} do not {verb}: they have different zero points", $"write both in {unit}");
        right = In(right, rightUnit, unit);
        return (new Sum(left, term.Operator == '+' ? right : new Scaled(right, -1, 0)), unit);
    }

    private (Arithmetic, Unit) Product(ArithmeticTerm term)
    {
        var ((left, unit), (right, rightUnit)) = (Pure(Number(term.Left)), Pure(Number(term.Right)));
        if (term.Operator == '*') return (new Product(left, right), UnitProducts.Times(unit, rightUnit));
        if (IsZero(right)) throw new ExpressionException(term.At, $"'{term}' divides by zero", Enumerable.Range(0, parameters.Length).Any(right.Uses) ? $"'{term.Right}' is zero whatever the parameters are" : null);
        return (new Quotient(left, right), UnitProducts.Per(unit, rightUnit));
    }

    /// <summary>Whether a number is zero, but for rounding, at every one of some places between the bounds; zero at some of them is no fault.</summary>
    private bool IsZero(Arithmetic number)
    {
        Span<double> place = stackalloc double[parameters.Length];
        for (var k = 1; k <= Places; k++)
        {
            for (var d = 0; d < place.Length; d++) place[d] = Somewhere(parameters[d], (k * Golden * (d + 1)) % 1);
            if (!(Math.Abs(number.Value(place)) <= Rounding * number.Largest(place))) return false;
        }
        return true;
    }

    /// <remarks>What is wrong with an unknown parameter is told where it stands; here any number will do.</remarks>
    private static double Somewhere(ParameterPlan parameter, double share) => parameter is UnknownParameter ? 1 + share : At(parameter.ToDimension(), share);

    private static double At(SearchDimension dimension, double share) => dimension switch
    {
        RealDimension real => real.Low + (share * (real.High - real.Low)),
        IntegerDimension integer => integer.Low + Math.Floor(share * ((double)integer.High - integer.Low + 1)),
        DiscreteDimension discrete => discrete.Values[(int)(share * discrete.Values.Length)],
        _ => 0,
    };

    private Compared Compare(ComparisonTerm term, bool expected)
    {
        var ((left, unit), (right, rightUnit)) = (Number(term.Left), Number(term.Right));
        if (!unit.Fits(rightUnit)) throw Disagree(term, $"{Named(unit)} and {Named(rightUnit)} do not compare", unit, rightUnit);
        right = In(right, rightUnit, unit);
        return (term.Operator, expected) switch
        {
            ("<=", true) or (">", false) => new Compared(left, Relation.AtMost, right),
            (">=", true) or ("<", false) => new Compared(right, Relation.AtMost, left),
            ("<", true) or (">=", false) => new Compared(left, Relation.Below, right),
            (">", true) or ("<=", false) => new Compared(right, Relation.Below, left),
            ("==", true) or ("!=", false) => new Compared(left, Relation.Equal, right),
            _ => new Compared(left, Relation.Different, right),
        };
    }

    /// <summary><c>solvent == 'water'</c>, either way round.</summary>
    private Chosen? Choice(ComparisonTerm term, bool expected)
    {
        var (name, text) = (term.Left as NameTerm ?? term.Right as NameTerm, term.Left as TextTerm ?? term.Right as TextTerm);
        if (text is null) return null;
        if (name is null || PlaceOf(name) is var place && parameters[place] is not ChoiceParameter)
            throw new ExpressionException(text.At, $"{text} is a text; only a categorical parameter compares with a text");
        if (term.Operator is not ("==" or "!="))
            throw new ExpressionException(term.At, $"choices have no order: '{term.Operator}' does not compare them", "write == or !=");
        var choices = ((ChoiceParameter)parameters[PlaceOf(name)]).Choices;
        var choice = choices.IndexOf(text.Text);
        if (choice < 0)
            throw new ExpressionException(text.At, $"{text} is not a choice of '{name}'", NearestName.Hint(text.Text, choices, "choices"));
        return new Chosen(PlaceOf(name), choice, term.Operator == "==" == expected);
    }

    private static Arithmetic In(Arithmetic number, Unit from, Unit to)
    {
        if (from.Symbol == to.Symbol) return number;
        if (number is Constant constant) return new Constant(from.Convert(constant.Number, to));
        var offset = from.Convert(0, to);
        return new Scaled(number, from.Convert(1, to) - offset, offset);
    }

    /// <summary>In a product 50 % is a half.</summary>
    private static (Arithmetic Number, Unit Unit) Pure((Arithmetic Number, Unit Unit) factor) =>
        factor.Unit.IsDimensionless ? (In(factor.Number, factor.Unit, Unit.One), Unit.One) : factor;

    private static string Named(Unit unit) => unit.Symbol == "1" ? "a number without unit" : unit.Symbol;

    private static ExpressionException Disagree(Term term, string message, Unit left, Unit right)
    {
        var bare = term switch
        {
            ComparisonTerm comparison => left.Symbol == "1" ? (comparison.Left, right) : (comparison.Right, left),
            ArithmeticTerm sum => left.Symbol == "1" ? (sum.Left, right) : (sum.Right, left),
            _ => default,
        };
        var hint = bare is (NumberTerm { Unit.Symbol: "1" } number, { } unit) ? $"perhaps {number} {unit}" : null;
        return new ExpressionException(term.At, message, hint);
    }
}
