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

/// <summary>Choices of which an order is known and no distance, such as low, middle, high; the coordinate is the position in the list.</summary>
public sealed record OrdinalDimension(string Name, ImmutableArray<string> Choices) : SearchDimension(Name);

/// <summary>Choices without order; the coordinate is the position in the list.</summary>
/// <param name="Descriptors">A row of numbers for each choice, all rows of one length: what makes choices alike. Default: nothing does.</param>
public sealed record CategoricalDimension(string Name, ImmutableArray<string> Choices, ImmutableArray<ImmutableArray<double>> Descriptors = default)
    : SearchDimension(Name);

/// <summary>
/// Sources of data about one problem, such as earlier campaigns or other machines; the coordinate is the position in the list. What is
/// sought is the best point of the target, and the others count as far as they turn out to be like it.
/// </summary>
/// <param name="Target">Position of the task in which trials are suggested.</param>
public sealed record TaskDimension(string Name, ImmutableArray<string> Tasks, int Target) : SearchDimension(Name);

/// <summary>How good, and how dear, a measurement is; the coordinate is the fidelity. What is sought is the best point at the highest one.</summary>
/// <param name="Values">In rising order.</param>
/// <param name="Costs">Of a trial at each value, above 0, in a unit common to all.</param>
public sealed record FidelityDimension(string Name, ImmutableArray<double> Values, ImmutableArray<double> Costs) : SearchDimension(Name);
