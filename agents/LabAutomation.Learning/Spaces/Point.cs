using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>A place in a search space: one coordinate per dimension, in the order of the dimensions. Equal when the coordinates are.</summary>
public sealed class Point(ImmutableArray<double> coordinates) : IEquatable<Point>
{
    /// <summary>One per dimension: the number itself, or the position of a choice.</summary>
    public ImmutableArray<double> Coordinates { get; } = coordinates;

    /// <summary>The coordinate of a dimension, from 0.</summary>
    public double this[int dimension] => Coordinates[dimension];

    /// <inheritdoc/>
    public bool Equals(Point? other) => other is not null && Coordinates.AsSpan().SequenceEqual(other.Coordinates.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as Point);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var coordinate in Coordinates) hash.Add(coordinate);
        return hash.ToHashCode();
    }
}
