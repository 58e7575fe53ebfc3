namespace LabAutomation.Agents.Campaigns;

/// <summary>Collects problems, so that a reader of the file hears of all of them at once.</summary>
internal sealed class ProblemList(string file)
{
    private readonly List<Problem> _problems = [];

    /// <summary>Whether a part that was refused already is a problem here, too.</summary>
    public bool CountsRefused { get; init; }

    public int Count => _problems.Count;

    public void Add(Mark at, string message, string? hint = null) => _problems.Add(new Problem(file, at.Line, at.Column, message, hint));

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<Problem> InOrder() => [.. _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column).Distinct()];
}
