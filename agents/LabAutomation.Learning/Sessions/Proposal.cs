using System.Collections.Immutable;

namespace LabAutomation.Learning.Sessions;

/// <summary>A trial worth running.</summary>
/// <param name="Expected">Per measured quantity, objectives first; null before there is a model.</param>
/// <param name="Feasible">Probability that all limits are kept and the trial does not fail, as far as trials have taught; 1 where nothing limits.</param>
/// <param name="Acquisition">The figure by which it was chosen; null where it was not chosen by a figure.</param>
/// <param name="Reason">One line for people.</param>
public sealed record Proposal(
    int Number, Point Point, ImmutableArray<Prediction>? Expected, double Feasible, double? Acquisition, string Reason)
{
    /// <summary>The earlier trial that is most like it; null before any.</summary>
    public NearestTrial? Nearest { get; init; }

    /// <summary>The parameters that make most difference by the model, the strongest first.</summary>
    public ImmutableArray<string> Matters { get; init; } = [];

    /// <summary>What advice had to do with it; null where there is none.</summary>
    public AdviceHeard? Advice { get; init; }
}

/// <summary>What advice had to do with a proposal.</summary>
/// <param name="Trust">The probability that the advice is right, by the trials told; its own before any.</param>
/// <param name="Decided">Whether without the advice something else would have been proposed.</param>
public sealed record AdviceHeard(double Trust, bool Decided);

/// <param name="Number">In the order of telling, from 1.</param>
/// <param name="Distance">In the unit cube, where the range of each parameter is 1.</param>
public sealed record NearestTrial(int Number, double Distance);

/// <summary>The point that a study would choose now.</summary>
/// <param name="Expected">Per objective, by the model.</param>
/// <param name="Observed">Per objective, the mean of the measurements there; empty where nothing was measured at the very place, as under another context or of another task.</param>
/// <param name="Measurements">How many these are.</param>
/// <param name="BestTrial">The trial of this task, fidelity and context with the best single measurement, which under noise may be mere luck; null where there is none.</param>
public sealed record Recommendation(
    Point Point, ImmutableArray<Prediction> Expected, ImmutableArray<double> Observed, int Measurements, StudyTrial? BestTrial);
