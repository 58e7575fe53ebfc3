using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>A quantity that an action gave, as it is.</summary>
/// <param name="Error">Where its standard deviation comes from; null where the quantity itself says it or nobody does.</param>
/// <param name="Unit">In which it is recorded.</param>
/// <param name="Gives">The name of the result.</param>
public sealed record ReadingAnalysis(AnalysisInput Input, AnalysisInput? Error, Unit Unit, string Gives) : AnalysisPlan
{
    public const string Name = "reading";

    public override string Analyst => Name;

    public override ImmutableArray<AnalysisInput> Inputs => Error is null ? [Input] : [Input, Error];

    public override ImmutableArray<AnalysisOutput> Outputs => [new(Gives, Unit)];
}
