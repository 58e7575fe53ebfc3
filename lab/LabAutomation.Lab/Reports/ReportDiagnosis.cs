using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Lab.Reports;

/// <summary>What the report says of a campaign's model.</summary>
/// <param name="Titles">Of the parameters by their names, with units.</param>
internal sealed record ReportDiagnosis(StudyDiagnosis Diagnosis, SearchSpace Space, IReadOnlyDictionary<string, string> Titles)
{
    /// <summary>Null where the record holds nothing that can be diagnosed.</summary>
    public static ReportDiagnosis? Of(CampaignState state)
    {
        try
        {
            var study = CampaignHistory.ToStudy(state);
            return new ReportDiagnosis(study.Diagnose(CampaignHistory.Question(state.Plan, study.Trials.Count)), study.Problem.Space,
                state.Plan.Parameters.ToDictionary(one => one.Name, one => one.Unit.Symbol is "" or "1" ? one.Name : $"{one.Name} / {one.Unit.Symbol}"));
        }
        catch (StudyException)
        {
            return null;
        }
    }

    public SearchDimension Dimension(string name) => Space.Dimensions.First(dimension => dimension.Name == name);
}
