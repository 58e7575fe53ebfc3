using System.Collections.Immutable;

namespace LabAutomation.Learning.Advising;

/// <summary>What is preferred of one dimension, in its coordinates. The degree to which a coordinate meets it goes from 1 to 0.</summary>
/// <param name="Dimension">Its number, from 0.</param>
public abstract record Preference(int Dimension)
{
    /// <summary>Ends a sentence that begins with the dimension's name; null where nothing is wrong.</summary>
    internal abstract string? Complaint(SearchDimension dimension);

    /// <summary>The degree, and the slope of its logarithm by the place of the coordinate in the unit cube.</summary>
    internal abstract (double Degree, double LogSlope) At(SearchDimension dimension, double coordinate);

    private protected static bool HasOrder(SearchDimension dimension) => dimension is RealDimension or IntegerDimension or DiscreteDimension or FidelityDimension or OrdinalDimension;

    private protected static bool Fits(SearchDimension dimension, double coordinate) => double.IsFinite(coordinate) && coordinate >= Lowest(dimension) && coordinate <= Highest(dimension);

    private protected static string Bounds(SearchDimension dimension) => Advice.Say($"{Lowest(dimension):R} to {Highest(dimension):R}");

    private protected static (double, double) Bell(double distance, double width) => (Math.Exp(-0.5 * distance * distance / (width * width)), -distance / (width * width));

    private static double Lowest(SearchDimension dimension) => dimension is RealDimension real ? real.Low : UnitCube.ValueAt(dimension, 0);

    private static double Highest(SearchDimension dimension) => dimension is RealDimension real ? real.High : UnitCube.ValueAt(dimension, UnitCube.ValuesOf(dimension)!.Value - 1);
}

/// <summary>A range of a dimension with an order: 1 inside; outside it falls off as a bell of a tenth of the dimension's range.</summary>
/// <param name="Low">Null for the lower bound of the dimension.</param>
/// <param name="High">Null for the upper one.</param>
public sealed record PreferredRange(int Dimension, double? Low, double? High) : Preference(Dimension)
{
    private const double Edge = 0.1;

    internal override string? Complaint(SearchDimension dimension)
    {
        if (!HasOrder(dimension)) return "has no order, so that no range of it can be preferred; name choices";
        if (Low is null && High is null) return "has no preferred bound; give a lower or an upper one, or both";
        foreach (var bound in new[] { Low, High })
            if (bound is { } value && !Fits(dimension, value)) return Advice.Say($"is preferred from or to {value:R}, which it cannot be; its range is {Bounds(dimension)}");
        return Low > High ? Advice.Say($"is preferred from {Low:R} to {High:R}, which are in the wrong order") : null;
    }

    internal override (double Degree, double LogSlope) At(SearchDimension dimension, double coordinate)
    {
        var place = UnitCube.Normalised(dimension, coordinate);
        if (Low is { } low && UnitCube.Normalised(dimension, low) is var from && place < from) return Bell(place - from, Edge);
        if (High is { } high && UnitCube.Normalised(dimension, high) is var to && place > to) return Bell(place - to, Edge);
        return (1, 0);
    }
}

/// <summary>A place of a dimension with an order, and how far about it: a bell.</summary>
/// <param name="Width">One standard deviation of the bell as a share of the dimension's range (of its logarithm on a log scale), from 0.001 to 1.</param>
public sealed record PreferredPlace(int Dimension, double Centre, double Width = PreferredPlace.UsualWidth) : Preference(Dimension)
{
    /// <summary>How far a preference reaches, as a share of the range: where nobody says, and at least.</summary>
    public const double UsualWidth = 0.1, LeastWidth = 0.001;

    /// <summary>With its width as a distance in the dimension's own unit; on a log scale upwards from the centre. Null for the usual width.</summary>
    public static PreferredPlace About(int number, SearchDimension dimension, double centre, double? distance)
    {
        if (distance is not { } away) return new PreferredPlace(number, centre);
        // What makes no sense has no width, and is complained of with the rest.
        return new PreferredPlace(number, centre, away > 0 && HasOrder(dimension) && Fits(dimension, centre) ? UnitCube.Normalised(dimension, centre + away) - UnitCube.Normalised(dimension, centre) : 0);
    }

    internal override string? Complaint(SearchDimension dimension)
    {
        if (!HasOrder(dimension)) return "has no order, so that nothing is near a place of it; name choices";
        if (!Fits(dimension, Centre)) return Advice.Say($"is preferred near {Centre:R}, which it cannot be; its range is {Bounds(dimension)}");
        return Width >= LeastWidth && Width <= 1 ? null : Advice.Say($"is preferred within {Width:R} of its range; that is {LeastWidth} to 1");
    }

    internal override (double Degree, double LogSlope) At(SearchDimension dimension, double coordinate) =>
        Bell(UnitCube.Normalised(dimension, coordinate) - UnitCube.Normalised(dimension, Centre), Width);
}

/// <summary>Listed values of a dimension that can be counted, or choices by their positions: 1 for these, a tenth for others.</summary>
/// <param name="Coordinates">At least one.</param>
public sealed record PreferredChoices(int Dimension, ImmutableArray<double> Coordinates) : Preference(Dimension)
{
    private const double Other = 0.1;

    internal override string? Complaint(SearchDimension dimension)
    {
        if (UnitCube.ValuesOf(dimension) is null) return "has no list of values; give a preferred range or a place";
        if (Coordinates.IsDefaultOrEmpty) return "has an empty list of preferred values";
        foreach (var coordinate in Coordinates)
            if (!Fits(dimension, coordinate) || (dimension is not (DiscreteDimension or FidelityDimension) && coordinate != Math.Floor(coordinate)) || (Listed(dimension) is { } values && !values.Contains(coordinate)))
                return Advice.Say($"is preferred at {coordinate:R}, which it cannot be");
        return null;
    }

    internal override (double Degree, double LogSlope) At(SearchDimension dimension, double coordinate) => (Coordinates.Contains(coordinate) ? 1 : Other, 0);

    private static ImmutableArray<double>? Listed(SearchDimension dimension) => dimension switch
    {
        DiscreteDimension discrete => discrete.Values,
        FidelityDimension fidelity => fidelity.Values,
        _ => null,
    };
}
