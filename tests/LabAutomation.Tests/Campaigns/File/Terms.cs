using FsCheck;
using FsCheck.Fluent;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns;

/// <summary>Random terms for property tests.</summary>
internal static class Terms
{
    private static readonly string[] Names = ["v", "w", "t", "n"];
    private static readonly string[] Units = ["1", "mL", "mL/min", "°C", "rpm", "%", "m2", "nm"];
    private static readonly string[] Comparisons = ["<=", ">=", "<", ">", "==", "!="];

    public static Gen<double> Share { get; } = Gen.Choose(-60, 60).Select(n => n / 10.0);

    /// <summary>Anything that can be written down, whether it makes sense or not.</summary>
    public static Gen<Term> Any { get; } = Gen.Sized(size => Tree(Math.Min(size, 25)));

    /// <summary>Numbers in mL, of which sums always make sense.</summary>
    public static Gen<Term> Numbers { get; } = Gen.Sized(size => Volume(Math.Min(size, 15)));

    public static Gen<Term> Conditions { get; } = Gen.Sized(size => Logic(Math.Min(size, 10)));

    private static Gen<Term> Tree(int size)
    {
        var leaf = Gen.OneOf(
            from value in Gen.Choose(0, 1_000_000) from scale in Gen.Choose(-8, 8) from unit in Gen.Elements(Units)
            select (Term)new NumberTerm(0, value * Math.Pow(10, scale), Unit.Parse(unit)),
            from name in Gen.Elements(Names) select (Term)new NameTerm(0, name),
            from text in Gen.Elements("water", "a b", "") select (Term)new TextTerm(0, text));
        if (size <= 1) return leaf;
        var (half, rest) = (Tree(size / 2), Tree(size - 1));
        return Gen.OneOf(
            leaf,
            from operand in rest where operand is not (NotTerm or ComparisonTerm or LogicTerm) select (Term)new NegativeTerm(0, operand),
            from operand in rest select (Term)new NotTerm(0, operand),
            from left in half from right in half from symbol in Gen.Elements('+', '-', '*', '/')
            select (Term)new ArithmeticTerm(0, symbol, left, right),
            from left in half from right in half from symbol in Gen.Elements(Comparisons) select (Term)new ComparisonTerm(0, symbol, left, right),
            from left in half from right in half from symbol in Gen.Elements("and", "or") select (Term)new LogicTerm(0, symbol, left, right));
    }

    private static Gen<Term> Volume(int size)
    {
        var leaf = Gen.OneOf(
            from value in Gen.Choose(0, 100) select (Term)new NumberTerm(0, value / 10.0, Unit.Parse("mL")),
            from name in Gen.Elements("v", "w") select (Term)new NameTerm(0, name));
        if (size <= 1) return leaf;
        var half = Volume(size / 2);
        return Gen.OneOf(
            leaf,
            from operand in Volume(size - 1) select (Term)new NegativeTerm(0, operand),
            from left in half from right in half from symbol in Gen.Elements('+', '-') select (Term)new ArithmeticTerm(0, symbol, left, right),
            from left in half from right in Gen.Choose(-3, 3) select (Term)new ArithmeticTerm(0, '*', left, Number(right)),
            from left in half select (Term)new ArithmeticTerm(0, '*', left, new NameTerm(0, "n")),
            from left in half from right in half from third in half where (third is NumberTerm or NameTerm) && !IsZero(third)
            select (Term)new ArithmeticTerm(0, '*', left, new ArithmeticTerm(0, '/', right, third)));
    }

    /// <summary>Without any parameter in it; dividing by such a one is refused.</summary>
    private static bool IsZero(Term term)
    {
        try
        {
            return new TermCompiler([]).Number(term).Number.Value([]) == 0;
        }
        catch (ExpressionException)
        {
            return false;
        }
    }

    private static Term Number(int value) =>
        value < 0 ? new NegativeTerm(0, new NumberTerm(0, -value, Unit.One)) : new NumberTerm(0, value, Unit.One);

    private static Gen<Term> Logic(int size)
    {
        var volume = Volume(size);
        var leaf = Gen.OneOf(
            from left in volume from right in volume from symbol in Gen.Elements(Comparisons) select (Term)new ComparisonTerm(0, symbol, left, right),
            from text in Gen.Elements("water", "ethanol") from symbol in Gen.Elements("==", "!=")
            select (Term)new ComparisonTerm(0, symbol, new NameTerm(0, "solvent"), new TextTerm(0, text)));
        if (size <= 1) return leaf;
        return Gen.OneOf(
            leaf,
            from operand in Logic(size / 2) select (Term)new NotTerm(0, operand),
            from left in Logic(size / 2) from right in Logic(size / 2) from symbol in Gen.Elements("and", "or")
            select (Term)new LogicTerm(0, symbol, left, right));
    }
}
