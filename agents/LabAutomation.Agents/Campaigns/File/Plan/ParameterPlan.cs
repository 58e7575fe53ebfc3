using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What the planner may vary. Its numbers are in <paramref name="Unit"/>.</summary>
public abstract record ParameterPlan(string Name, Unit Unit)
{
    public virtual bool IsNumeric => true;

    internal abstract SearchDimension ToDimension();
}

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

public sealed record CategoricalParameter(string Name, ImmutableArray<string> Choices) : ParameterPlan(Name, Unit.One)
{
    public override bool IsNumeric => false;

    internal override SearchDimension ToDimension() => new CategoricalDimension(Name, Choices);
}
