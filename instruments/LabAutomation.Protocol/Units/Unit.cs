using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace LabAutomation.Protocol;

/// <summary>
/// A unit of measurement as it is written on the wire and in campaign files: <c>mL</c>, <c>mL/min</c>, <c>rpm</c>, <c>°C</c>,
/// <c>mol/L</c>, <c>1</c> for dimensionless. Products of known symbols with one division and integer powers (<c>m2</c>) are understood.
/// </summary>
[JsonConverter(typeof(UnitJsonConverter))]
public sealed class Unit : IEquatable<Unit>
{
    public static readonly Unit One = Parse("1");

    private readonly Dimension _dimension;
    private readonly double _scale;
    private readonly double _offset;

    private Unit(string symbol, Dimension dimension, double scale, double offset)
    {
        Symbol = symbol;
        _dimension = dimension;
        _scale = scale;
        _offset = offset;
    }

    /// <summary>As written by whoever made it; equality is by symbol, <see cref="Fits"/> is by dimension.</summary>
    public string Symbol { get; }

    public bool IsDimensionless => _dimension == Dimension.None;

    /// <exception cref="FrameException">The symbol is not known.</exception>
    public static Unit Parse(string symbol) => TryParse(symbol, out var unit)
        ? unit
        : throw new FrameException($"unit '{symbol}' is not known; examples are mL, uL/min, rpm, °C, s, nm, mol/L, 1");

    public static bool TryParse(string? symbol, [NotNullWhen(true)] out Unit? unit)
    {
        unit = null;
        if (symbol is null || !UnitSymbols.TryResolve(symbol.Trim(), out var dimension, out var scale, out var offset)) return false;
        unit = new Unit(symbol.Trim(), dimension, scale, offset);
        return true;
    }

    /// <summary>Whether a value in this unit can be expressed in the other.</summary>
    public bool Fits(Unit other) => _dimension == other._dimension;

    /// <summary>The same amount in another unit of the same dimension.</summary>
    /// <exception cref="FrameException">The units measure different things, or the result is beyond the range of a double.</exception>
    public double Convert(double value, Unit to)
    {
        if (!Fits(to)) throw new FrameException($"{Symbol} cannot be converted to {to.Symbol}");
        if (Symbol == to.Symbol) return value;
        var converted = (value * _scale + _offset - to._offset) / to._scale;
        return double.IsFinite(converted) || !double.IsFinite(value)
            ? converted
            : throw new FrameException($"{value.ToString(CultureInfo.InvariantCulture)} {Symbol} is too large to be expressed in {to.Symbol}");
    }

    public bool Equals(Unit? other) => other is not null && Symbol == other.Symbol;

    public override bool Equals(object? obj) => Equals(obj as Unit);

    public override int GetHashCode() => Symbol.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Symbol;
}
