using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>A spectrum to its colour, and the CIEDE2000 difference of that to the target.</summary>
/// <param name="Gives">The name of that difference.</param>
public sealed record ColourAnalysis(AnalysisInput Input, ColourTarget Target, string Gives) : AnalysisPlan
{
    public const string Name = "colour";

    /// <summary>Under these names the colour itself is recorded.</summary>
    public static readonly ImmutableArray<string> Colours = ["colour_L", "colour_a", "colour_b"];

    public override string Analyst => Name;

    public override ImmutableArray<AnalysisInput> Inputs => [Input];

    internal override ImmutableArray<ColumnDescription> Columns => [new("wavelength", Unit.Parse("nm")), new("absorbance", Unit.Parse("AU"))];

    public override ImmutableArray<AnalysisOutput> Outputs => [.. Colours.Insert(0, Gives).Select(name => new AnalysisOutput(name, Unit.One))];
}

/// <summary>A colour in CIELAB under D65.</summary>
/// <param name="L">Lightness, 0 to 100.</param>
/// <param name="A">Green to red, -128 to 127.</param>
/// <param name="B">Blue to yellow, -128 to 127.</param>
public readonly record struct ColourTarget(double L, double A, double B);
