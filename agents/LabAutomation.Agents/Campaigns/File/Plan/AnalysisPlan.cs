using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>How raw data becomes a quantity.</summary>
/// <param name="Gives">The name of that quantity.</param>
public abstract record AnalysisPlan(OutputReference Input, string Gives)
{
    /// <summary>As the file calls it.</summary>
    public abstract string Analyst { get; }

    /// <summary>Everything that it gives, <see cref="Gives"/> first.</summary>
    public abstract ImmutableArray<AnalysisOutput> Outputs { get; }

    internal Mark InputMark { get; init; }

    internal Mark GivesMark { get; init; }
}

/// <summary>A spectrum to its colour, and the CIEDE2000 difference of that to the target.</summary>
public sealed record ColourAnalysis(OutputReference Input, ColourTarget Target, string Gives) : AnalysisPlan(Input, Gives)
{
    public const string Name = "colour";

    /// <summary>Under these names the colour itself is recorded.</summary>
    public static readonly ImmutableArray<string> Colours = ["colour_L", "colour_a", "colour_b"];

    public override string Analyst => Name;

    public override ImmutableArray<AnalysisOutput> Outputs => [.. Colours.Insert(0, Gives).Select(name => new AnalysisOutput(name, Unit.One))];
}

/// <summary>A quantity that an analysis gives, and the unit in which it gives it.</summary>
public sealed record AnalysisOutput(string Name, Unit Unit);

/// <summary>A colour in CIELAB under D65.</summary>
/// <param name="L">Lightness, 0 to 100.</param>
/// <param name="A">Green to red, -128 to 127.</param>
/// <param name="B">Blue to yellow, -128 to 127.</param>
public readonly record struct ColourTarget(double L, double A, double B);

/// <summary>An output of a named action: <c>spectrum.absorbance</c>.</summary>
public sealed record OutputReference(string Action, string Output)
{
    public override string ToString() => $"{Action}.{Output}";
}
