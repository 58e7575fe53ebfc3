using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Frames of a detector to their Bragg peaks, as a network labels them: the share of frames that are hits, and the peaks that a frame has.</summary>
/// <param name="Model">Its name in the registry.</param>
/// <param name="Version">Null for the version that is current.</param>
/// <param name="Hit">Peaks that make a frame a hit.</param>
/// <param name="Gives">The name of the share.</param>
public sealed record PeakAnalysis(AnalysisInput Input, string Model, string? Version, int Hit, string Gives) : AnalysisPlan
{
    public const string Name = "peaks";

    public const int DefaultHit = 10;

    /// <summary>Under this name the mean number of peaks of a frame is recorded.</summary>
    public const string PeaksPerFrame = "peaks_per_frame";

    public override string Analyst => Name;

    public override ImmutableArray<AnalysisInput> Inputs => [Input];

    public override ImmutableArray<AnalysisOutput> Outputs => [new(Gives, Unit.One), new(PeaksPerFrame, Unit.One)];

    internal Mark ModelMark { get; init; }

    public override string ToString() => Version is null ? Model : $"{Model}@{Version}";
}
