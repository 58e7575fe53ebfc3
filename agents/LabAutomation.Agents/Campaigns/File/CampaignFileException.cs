namespace LabAutomation.Agents.Campaigns;

/// <summary>A campaign file cannot be run; all that was found is in <see cref="Problems"/>.</summary>
public sealed class CampaignFileException(IReadOnlyList<Problem> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>At least one, in the order of the file.</summary>
    public IReadOnlyList<Problem> Problems { get; } = problems;
}
