using LabAutomation.Agents.Bench;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Whether the lab has the properties that suspend a campaign.</summary>
internal static class SuspenderCheck
{
    public static IReadOnlyList<Problem> Of(CampaignPlan plan, LabStations lab, IReadOnlyCollection<Birth> births) =>
        [.. Of(plan.File, plan.Suspend, lab, births), .. Of("the lab's configuration, Suspenders", lab.Suspend, lab, births)];

    private static IReadOnlyList<Problem> Of(string file, IEnumerable<Suspender> suspenders, LabStations lab, IReadOnlyCollection<Birth> births)
    {
        var problems = new ProblemList(file);
        foreach (var suspender in suspenders)
        {
            var names = lab.Watched(suspender);
            var meant = births.Where(birth => names.Contains(birth.Instrument)).ToArray();
            if (meant.Length == 0) problems.Add(suspender.Mark, $"there is no instrument '{suspender.Instrument}'", NearestName.Hint(suspender.Instrument, births.Select(birth => birth.Instrument), "there are") ?? "no instrument is there");
            foreach (var birth in meant)
            {
                if (birth.Properties.FirstOrDefault(property => property.Name == suspender.Property) is not { } offered)
                    problems.Add(suspender.Mark, $"{birth.Instrument} has no property '{suspender.Property}'", NearestName.Hint(suspender.Property, birth.Properties.Select(property => property.Name), "it has") ?? "it has none");
                else if (!offered.Unit.Fits(suspender.Unit)) problems.Add(suspender.Mark, $"'{suspender.Property}' of {birth.Instrument} is in {offered.Unit}, and not in {suspender.Unit}", $"write it in {offered.Unit}");
            }
        }

        return problems.InOrder();
    }
}
