namespace LabAutomation.Agents.Campaigns;

/// <summary>How raw data becomes a quantity.</summary>
/// <param name="Gives">The name of that quantity.</param>
public abstract record AnalysisPlan(OutputReference Input, string Gives)
{
    /// <summary>As the file calls it.</summary>
    public abstract string Analyst { get; }

    internal Mark InputMark { get; init; }

    internal Mark GivesMark { get; init; }
}

/// <summary>A spectrum to its colour, and the CIEDE2000 difference of that to the target.</summary>
public sealed record ColourAnalysis(OutputReference Input, ColourTarget Target, string Gives) : AnalysisPlan(Input, Gives)
{
    public const string Name = "colour";

    public override string Analyst => Name;
}

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
