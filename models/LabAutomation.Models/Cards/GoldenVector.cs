namespace LabAutomation.Models;

/// <summary>Inputs for which the right outputs are known from elsewhere than the model.</summary>
public sealed record GoldenVector
{
    public required string Name { get; init; }

    /// <summary>The largest permitted absolute difference of an element of those outputs that <see cref="Tolerances"/> does not name, in the output's unit.</summary>
    public float? Tolerance { get; init; }

    /// <summary>The same for single outputs, by name.</summary>
    public Dictionary<string, float> Tolerances { get; init; } = [];

    /// <summary>Lengths of open dimensions, by name; a dimension that is not named has its smallest length.</summary>
    public Dictionary<string, int> Lengths { get; init; } = [];

    /// <summary>By tensor name; elements in row-major order, in the card's unit.</summary>
    public required Dictionary<string, float[]> Inputs { get; init; }

    public required Dictionary<string, float[]> Outputs { get; init; }

    internal float? ToleranceOf(string output) => Tolerances.TryGetValue(output, out var own) ? own : Tolerance;
}
