using System.Globalization;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>A quantity that follows from the values of a trial: <c>2.0 mL - cyan - magenta</c>. A constant is one, too.</summary>
public sealed class Formula
{
    internal Formula(string source, Arithmetic root, Unit unit) => (Source, Root, Unit) = (source, root, unit);

    /// <summary>As written, without the equals sign.</summary>
    public string Source { get; }

    public Unit Unit { get; }

    internal Arithmetic Root { get; }

    public override string ToString() => Source;

    /// <param name="coordinates">Of a point of the campaign's search space.</param>
    /// <exception cref="ArithmeticException">The value is not a finite number: something is divided by zero.</exception>
    internal Quantity Evaluate(ReadOnlySpan<double> coordinates)
    {
        var value = Root.Value(coordinates);
        return double.IsFinite(value)
            ? new Quantity(value, Unit)
            : throw new ArithmeticException($"'{Source}' is {value.ToString(CultureInfo.InvariantCulture)}: it divides by zero");
    }
}
