using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What the planner may vary. Its numbers are in <paramref name="Unit"/>.</summary>
public abstract record ParameterPlan(string Name, Unit Unit)
{
    public virtual bool IsNumeric => true;

    /// <summary>Where it counts at all; null for a parameter that always does.</summary>
    public ParameterCondition? When { get; init; }

    internal abstract SearchDimension ToDimension();
}

/// <summary>A parameter counts where another one has one of some values, and where that one counts itself.</summary>
/// <param name="Parent">Place of the other one among the parameters, before this one.</param>
/// <param name="Values">Its coordinates.</param>
public sealed record ParameterCondition(int Parent, ImmutableArray<double> Values);

/// <param name="Logarithmic">Whether equal ratios are equal steps.</param>
public sealed record RealParameter(string Name, Unit Unit, double Low, double High, bool Logarithmic) : ParameterPlan(Name, Unit)
{
    internal override SearchDimension ToDimension() => new RealDimension(Name, Low, High, Logarithmic);
}

public sealed record IntegerParameter(string Name, Unit Unit, int Low, int High) : ParameterPlan(Name, Unit)
{
    internal override SearchDimension ToDimension() => new IntegerDimension(Name, Low, High);
}

/// <param name="Values">In rising order.</param>
public sealed record DiscreteParameter(string Name, Unit Unit, ImmutableArray<double> Values) : ParameterPlan(Name, Unit)
{
    internal override SearchDimension ToDimension() => new DiscreteDimension(Name, Values);
}

/// <summary>A parameter whose values are words.</summary>
public abstract record ChoiceParameter(string Name, ImmutableArray<string> Choices) : ParameterPlan(Name, Unit.One)
{
    public override bool IsNumeric => false;
}

/// <summary>Words without order.</summary>
public sealed record CategoricalParameter(string Name, ImmutableArray<string> Choices) : ChoiceParameter(Name, Choices)
{
    /// <summary>A row of numbers for each choice, all rows of one length, by which choices are alike; default where nothing is known.</summary>
    public ImmutableArray<ImmutableArray<double>> Descriptors { get; init; }

    internal override SearchDimension ToDimension() => new CategoricalDimension(Name, Choices, Descriptors);
}

/// <summary>Words in their order, such as low, middle, high.</summary>
public sealed record OrdinalParameter(string Name, ImmutableArray<string> Choices) : ChoiceParameter(Name, Choices)
{
    internal override SearchDimension ToDimension() => new OrdinalDimension(Name, Choices);
}
