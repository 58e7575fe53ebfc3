using LabAutomation.Agents.Bench;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Why no station of a lab will do for a campaign.</summary>
internal static class StationCheck
{
    public static IReadOnlyList<Problem> Of(CampaignPlan plan, CampaignPlaces places)
    {
        var problems = new ProblemList(plan.File);
        var action = plan.Steps.SelectMany(step => step.Actions).First(action => places.Lab.Instruments.Any(instrument => instrument.Role == action.Instrument && instrument.Station is not null));
        problems.Add(action.Marks.Instrument, "no station has all that a trial needs, and a trial stays at one station", string.Join("; ", Lacks(places)));
        return problems.InOrder();
    }

    private static IEnumerable<string> Lacks(CampaignPlaces places)
    {
        var placed = places.Lab.Instruments;
        foreach (var station in placed.Select(instrument => instrument.Station).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var lacking = places.Roles.Where(role => placed.Any(instrument => instrument.Role == role) && !placed.Any(instrument => instrument.Role == role && (instrument.Station is null || instrument.Station == station)));
            yield return $"station '{station}' lacks {string.Join(", ", lacking)}";
        }
    }
}
