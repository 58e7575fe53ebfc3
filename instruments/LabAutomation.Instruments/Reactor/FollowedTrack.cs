using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments.Reactor;

/// <summary>What was asked, what came of it and what the filter said, second by second.</summary>
internal sealed class FollowedTrack
{
    private static readonly Unit Second = Unit.Parse("s"), Percent = Unit.Parse("%"), Kelvin = Unit.Parse("K"), Degree = Unit.Parse("deg");

    public static readonly ImmutableArray<ColumnDescription> Columns =
        [new("time", Second), new("set-point", Percent), new("power", Percent), new("fuel", Kelvin), new("angle", Degree), new("verdict", Unit.One)];

    private readonly ImmutableArray<double>.Builder[] _values = [.. Columns.Select(_ => ImmutableArray.CreateBuilder<double>())];
    private int _overridden;

    /// <summary>Seconds in which the drums did not do what was proposed, in % of all.</summary>
    public Quantity Overridden => new(Seconds == 0 ? 0 : 100.0 * _overridden / Seconds, Percent);

    public int Seconds => _values[0].Count;

    /// <summary>Seconds in which whoever steered was outside of what it is made for, in % of all.</summary>
    public Quantity Doubtful => new(Seconds == 0 ? 0 : 100.0 * Doubts / Seconds, Percent);

    public int Doubts { get; private set; }

    /// <summary>When the first was, and what it was about.</summary>
    public string? FirstDoubt { get; private set; }

    public void Add(int second, FollowingView view, FilterDecision decision, string? doubt)
    {
        double[] row = [second, 100 * view.SetPoint[0], 100 * view.Power[0], view.Fuel, view.Angle, (int)decision];
        for (var k = 0; k < row.Length; k++) _values[k].Add(row[k]);
        if (decision != FilterDecision.Accepted) _overridden++;
        if (doubt is null) return;
        Doubts++;
        FirstDoubt ??= $"{second} s: {doubt}";
    }

    public Series ToSeries() => new(Columns, [.. _values.Select(column => column.ToImmutable())]);
}
