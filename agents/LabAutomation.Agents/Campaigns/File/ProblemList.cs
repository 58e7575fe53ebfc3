using LabAutomation.Learning.Backtesting;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Collects problems, so that a reader of the file hears of all of them at once.</summary>
internal sealed class ProblemList(string file)
{
    private readonly List<Problem> _problems = [];

    /// <summary>Whether a part that was refused already is a problem here, too.</summary>
    public bool CountsRefused { get; init; }

    public int Count => _problems.Count;

    public void Add(Mark at, string message, string? hint = null) => _problems.Add(new Problem(file, at.Line, at.Column, message, hint));

    /// <summary>What is wrong with a table that the file names.</summary>
    public void Add(DataSetException wrong) =>
        _problems.Add(new Problem(wrong.File, wrong.Line ?? 0, 0, wrong.Column is { } column ? $"column '{column}': {wrong.Problem}" : wrong.Problem));

    /// <summary>In the order of the file, before what is wrong with tables.</summary>
    public IReadOnlyList<Problem> InOrder() => [.. _problems.OrderBy(problem => problem.File == file ? 0 : 1).ThenBy(problem => problem.Line).ThenBy(problem => problem.Column).Distinct()];
}
