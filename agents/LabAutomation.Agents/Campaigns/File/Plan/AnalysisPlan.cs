using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>How raw data becomes quantities.</summary>
public abstract record AnalysisPlan
{
    /// <summary>As the file calls it.</summary>
    public abstract string Analyst { get; }

    /// <summary>The raw data that it reads.</summary>
    public abstract ImmutableArray<AnalysisInput> Inputs { get; }

    /// <summary>The columns that it always reads of a series, in these units.</summary>
    internal virtual ImmutableArray<ColumnDescription> Columns => [];

    /// <summary>Everything that it gives.</summary>
    public abstract ImmutableArray<AnalysisOutput> Outputs { get; }

    /// <summary>What to do when it fails, before the rules of the campaign are asked.</summary>
    public ImmutableArray<ErrorRule> Errors { get; init; } = [];

    /// <summary>The first that the goal needs of what it gives; null where it needs none.</summary>
    internal string? NeededBy(Goal goal) => Outputs.Select(output => output.Name).FirstOrDefault(name => goal.Quantities.Contains(name));

    /// <summary>Where the file says what it gives.</summary>
    internal Mark GivesMark { get; init; }
}

/// <summary>What an analysis reads of a trial: an output of an action.</summary>
/// <param name="IsSeries">Whether it reads a series; a single quantity otherwise.</param>
public sealed record AnalysisInput(OutputReference Output, bool IsSeries)
{
    /// <summary>Whether it reads a media payload, and neither a series nor a quantity.</summary>
    public bool IsMedia { get; init; }

    internal Mark Mark { get; init; }
}

/// <summary>A quantity that an analysis gives, and the unit in which it gives it.</summary>
public sealed record AnalysisOutput(string Name, Unit Unit);

/// <summary>An output of a named action: <c>spectrum.absorbance</c>.</summary>
public sealed record OutputReference(string Action, string Output)
{
    public override string ToString() => $"{Action}.{Output}";
}
