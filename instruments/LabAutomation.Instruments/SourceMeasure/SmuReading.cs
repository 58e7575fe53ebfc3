using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>One answer to READ? with the elements VOLT, CURR and STAT.</summary>
/// <param name="Voltage">V.</param>
/// <param name="Current">A.</param>
/// <param name="IsLimited">The source is in compliance: it holds the current limit and not the voltage.</param>
internal readonly record struct SmuReading(double Voltage, double Current, bool IsLimited)
{
    /// <summary>Bit 0 of the status word: measured while over-range (2400 Series user's manual, section 18, FORMat:ELEMents).</summary>
    private const int OverRange = 1;

    /// <summary>Bit 3: in real compliance.</summary>
    private const int Compliance = 8;

    /// <summary>The manual's "not a number" is 9.91e37, its overflow 9.9e37.</summary>
    private const double NoNumber = 1e36;

    public static readonly ImmutableArray<ColumnDescription> Columns =
        [new("voltage", Unit.Parse("V")), new("current", Unit.Parse("A")), new("limited", Unit.One)];

    /// <summary>Null where the values are no reading.</summary>
    public static SmuReading? Of(double[] values)
    {
        if (values is not [var voltage, var current, var word] || word != Math.Floor(word) || word is < 0 or >= 1 << 24) return null;
        var status = (int)word;
        if (Math.Abs(voltage) >= NoNumber || Math.Abs(current) >= NoNumber || (status & OverRange) != 0) return null;
        return new SmuReading(voltage, current, (status & Compliance) != 0);
    }

    public static Series Curve(IReadOnlyCollection<SmuReading> points) => new(
        Columns,
        [[.. points.Select(point => point.Voltage)], [.. points.Select(point => point.Current)], [.. points.Select(point => point.IsLimited ? 1.0 : 0)]]);
}
