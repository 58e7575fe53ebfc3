namespace LabAutomation.Models;

/// <summary>
/// Over what the last dimension of an input runs, in equal steps: a spectrum over its wavelengths. With it a measured series, which has points of its
/// own, is brought onto the points of the model.
/// </summary>
public sealed record AxisCard
{
    /// <summary>The column of a series that holds it, such as wavelength.</summary>
    public required string Column { get; init; }

    public required string Unit { get; init; }

    /// <summary>At the first element.</summary>
    public required double From { get; init; }

    /// <summary>From each element to the next; positive.</summary>
    public required double Step { get; init; }

    /// <summary>From where to where a series must reach; further out its last value is held. The whole axis unless given.</summary>
    public double[]? Needs { get; init; }

    /// <summary>The widest step between points of a series, where it is needed. Any unless given.</summary>
    public double? Gap { get; init; }

    /// <summary>Interpolates linearly between the points of a series.</summary>
    /// <param name="at">Where its points are, in the unit of the axis; increasing.</param>
    /// <param name="values">Its values there; as many.</param>
    /// <param name="into">One value for each element.</param>
    /// <returns>Why the series is not fit, or null.</returns>
    public string? Sample(ReadOnlySpan<double> at, ReadOnlySpan<double> values, Span<float> into)
    {
        if (Mistake(at, values, into.Length) is { } mistake) return mistake;
        var right = 1;
        for (var i = 0; i < into.Length; i++)
        {
            var place = Math.Clamp(From + (i * Step), at[0], at[^1]);
            while (at[right] < place) right++;
            into[i] = (float)double.Lerp(values[right - 1], values[right], (place - at[right - 1]) / (at[right] - at[right - 1]));
        }

        return null;
    }

    internal string? Mistake(TensorCard tensor)
    {
        if (string.IsNullOrWhiteSpace(Column)) return $"'{tensor.Name}' runs along a column without a name: 'column' is that of the series";
        if (tensor.Shape.Length == 0 || tensor.Shape[^1].Symbol is not null || !double.IsFinite(From) || !(Step > 0) || !double.IsFinite(Step))
            return $"'{tensor.Name}' runs along '{Column}': its last dimension must have a fixed length, 'from' be finite and 'step' positive";
        if (Needs is not null && !(Needs.Length == 2 && Needs[0] <= Needs[1] && Needs.All(double.IsFinite)))
            return $"'{tensor.Name}' runs along '{Column}': 'needs' must be [lowest, highest]";
        return Gap is { } gap && !(gap > 0) ? $"'{tensor.Name}' runs along '{Column}': 'gap' must be positive" : null;
    }

    private string? Mistake(ReadOnlySpan<double> at, ReadOnlySpan<double> values, int count)
    {
        if (at.Length < 2 || at.Length != values.Length) return $"a series along '{Column}' needs two points or more, and a value at each; this one has {at.Length} points and {values.Length} values";
        for (var i = 0; i < at.Length; i++)
        {
            if (!double.IsFinite(at[i]) || !double.IsFinite(values[i])) return $"row {i} is {values[i]} at {at[i]} {Unit}; all must be finite numbers";
            if (i > 0 && at[i] <= at[i - 1]) return $"'{Column}' goes from {at[i - 1]} to {at[i]} {Unit} at row {i}; it must increase";
        }

        var (low, high) = Needs is [var first, var last] ? (first, last) : (From, From + ((count - 1) * Step));
        if (at[0] > low || at[^1] < high) return $"'{Column}' covers {at[0]} to {at[^1]} {Unit}; the model needs {low} to {high} {Unit}";
        for (var i = 1; i < at.Length && Gap is not null; i++)
        {
            if (at[i] - at[i - 1] > Gap && at[i] > low && at[i - 1] < high) return $"there is nothing between {at[i - 1]} and {at[i]} {Unit}; the model needs a point every {Gap} {Unit}";
        }

        return null;
    }
}
