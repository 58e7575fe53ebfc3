using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>How well a value followed its set-point over time, and how often whoever steered it was overridden.</summary>
/// <param name="Gives">The name of the mean deviation.</param>
public sealed record FollowingAnalysis(AnalysisInput Input, string Gives) : AnalysisPlan
{
    public const string Name = "following";

    /// <summary>What is recorded beside the error: largest value beyond the set-points that it went between, seconds overridden in %, and seconds tripped.</summary>
    public static readonly ImmutableArray<string> Others = ["following_overshoot", "following_overridden", "following_trips"];

    private static readonly Unit Percent = Unit.Parse("%");

    public override string Analyst => Name;

    public override ImmutableArray<AnalysisInput> Inputs => [Input];

    internal override ImmutableArray<ColumnDescription> Columns => [new("set-point", Percent), new("power", Percent), new("verdict", Unit.One)];

    public override ImmutableArray<AnalysisOutput> Outputs => [new(Gives, Percent), new(Others[0], Percent), new(Others[1], Percent), new(Others[2], Unit.One)];
}
