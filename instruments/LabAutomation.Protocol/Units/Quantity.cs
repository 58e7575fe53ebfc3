using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LabAutomation.Protocol;

/// <summary>A finite number with its unit, and one standard deviation in the same unit where it is known.</summary>
public readonly record struct Quantity
{
    private const int MaximumLength = 80;

    private readonly Unit? _unit;

    /// <exception cref="FrameException">The value or the deviation is not a finite number, or the deviation is negative.</exception>
    public Quantity(double value, Unit unit, double? sd = null)
    {
        if (!double.IsFinite(value)) throw new FrameException($"a quantity is a finite number, not {value.ToString(CultureInfo.InvariantCulture)}");
        if (sd is { } deviation && !(double.IsFinite(deviation) && deviation >= 0)) throw new FrameException("a standard deviation is a finite number, zero or more");
        (Value, _unit, Sd) = (value, unit, sd);
    }

    public double Value { get; }

    public Unit Unit => _unit ?? Unit.One;

    public double? Sd { get; }

    public static Quantity Of(double value, string unit) => new(value, Unit.Parse(unit));

    /// <summary>Reads <c>5 mL/min</c>, <c>20s</c>, <c>1e-3 mol/L</c> or <c>0.5</c> (dimensionless). The decimal sign is a point.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Quantity? quantity)
    {
        quantity = null;
        if (text.Length > MaximumLength) return false;
        var trimmed = text.Trim();
        for (var end = trimmed.Length; end > 0; end--)
        {
            if (!double.TryParse(trimmed.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) continue;
            var symbol = trimmed[end..].Trim();
            if (!double.IsFinite(value) || !Unit.TryParse(symbol.Length == 0 ? "1" : symbol, out var unit)) return false;
            quantity = new Quantity(value, unit);
            return true;
        }

        return false;
    }

    /// <exception cref="FrameException">The units measure different things.</exception>
    public double In(Unit unit) => Unit.Convert(Value, unit);

    /// <exception cref="FrameException">The units measure different things.</exception>
    public double In(string unit) => In(Unit.Parse(unit));

    public override string ToString()
    {
        var number = Value.ToString("G6", CultureInfo.InvariantCulture);
        return Unit.Symbol == "1" ? number : $"{number} {Unit.Symbol}";
    }
}
