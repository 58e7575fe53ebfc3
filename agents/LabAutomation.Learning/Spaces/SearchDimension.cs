using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>One axis of a search space. Coordinates are numbers: the value itself, or the position of a choice in its list.</summary>
public abstract record SearchDimension(string Name);

/// <param name="Low">Smallest value.</param>
/// <param name="High">Largest value, above <paramref name="Low"/>.</param>
/// <param name="Logarithmic">Whether equal ratios, not equal differences, are equal steps; needs <paramref name="Low"/> above zero.</param>
public sealed record RealDimension(string Name, double Low, double High, bool Logarithmic = false) : SearchDimension(Name);

/// <summary>Whole numbers from <paramref name="Low"/> to <paramref name="High"/>, both included.</summary>
public sealed record IntegerDimension(string Name, int Low, int High) : SearchDimension(Name);

/// <summary>Numbers in rising order; the coordinate is the number itself.</summary>
public sealed record DiscreteDimension(string Name, ImmutableArray<double> Values) : SearchDimension(Name);

/// <summary>Choices without order; the coordinate is the position in the list.</summary>
public sealed record CategoricalDimension(string Name, ImmutableArray<string> Choices) : SearchDimension(Name);
