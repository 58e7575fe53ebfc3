using LabAutomation.Agents.Bench;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Whether the sample of a trial can be carried through the workflow, and out of the lab at its end.</summary>
internal static class LocationCheck
{
    /// <param name="births">Of the instruments there are.</param>
    public static IReadOnlyList<Problem> Of(CampaignPlan plan, CampaignPlaces places, IReadOnlyCollection<Birth> births)
    {
        if (!places.IsCarried) return [];
        var problems = new ProblemList(plan.File);
        var lab = places.Lab;
        foreach (var step in plan.Steps.Where(step => step.At is not null && lab.Locations.All(location => location.Name != step.At)))
            problems.Add(step.Marks.At, $"the lab has no location '{step.At}'", lab.Locations.IsEmpty ? "its Locations are given in the lab's configuration" : $"it has {string.Join(", ", lab.Locations.Select(location => location.Name))}");
        if (problems.Count > 0) return problems.InOrder();

        foreach (var transport in lab.Transports)
        {
            var command = births.FirstOrDefault(birth => birth.Instrument == transport.Instrument)?.Commands.FirstOrDefault(command => command.Name == transport.Command);
            if (command is null || !command.Parameters.Any(parameter => parameter.Name == "from") || !command.Parameters.Any(parameter => parameter.Name == "to"))
                problems.Add(plan.Steps[0].Marks.Step, $"'{transport.Instrument}', which carries samples, has no command '{transport.Command}' of two positions, 'from' and 'to'", "see Transports in the lab's configuration");
        }

        var (before, passed) = (Array.Empty<string>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var step in plan.Steps)
        {
            Step(step, before.Length == 0);
            var here = TrialTasks.LocationsOf(plan, step, places);

            // Cleaning up follows whatever step came last.
            foreach (var from in step.Always ? passed : before.ToHashSet(StringComparer.Ordinal))
            {
                if (here.Length == 0 || here.Any(to => to == from || lab.Transports.Any(transport => transport.Between.Contains(from) && transport.Between.Contains(to)))) continue;
                problems.Add(step.Marks.Step, $"nothing carries a sample from '{from}' to {string.Join(" or ", here.Select(to => $"'{to}'"))}", "a transport of the lab's configuration has both in its list Between");
            }

            if (here.Length == 0) continue;
            if (IsBatch(step) && here.Intersect(before).Any()) problems.Add(step.Marks.Step, $"step '{step.Name}' follows another at the same place, where all samples have to wait for the same", "let the sample leave it between, as by a step 'at: rack'");
            before = here;
            passed.UnionWith(here);
        }

        bool IsBatch(StepPlan step) => step.Actions.SelectMany(action => lab.Playing(action.Instrument, null)).Any(instrument => instrument.IsBatch);

        void Step(StepPlan step, bool isFirst)
        {
            var placed = step.Actions.SelectMany(action => lab.Playing(action.Instrument, null)).Where(instrument => instrument.Location is not null).ToArray();
            if (step.At is { } at && placed.Length > 0 && placed.All(instrument => instrument.Location != at))
                problems.Add(step.Marks.At, $"'{placed[0].Name}' does not stand at '{at}'", $"it stands at '{placed[0].Location}'; leave 'at' out");
            if (IsBatch(step) && step.Actions.Length > 1)
                problems.Add(step.Marks.Step, $"step '{step.Name}' asks for more than the one action that its samples share", "give the other actions a step of their own");
            if (isFirst && step is { At: not null, Actions.IsEmpty: true })
                problems.Add(step.Marks.At, "there is no sample yet that could be brought anywhere", "begin with the step that makes it");
            if (step.At is null && placed.Length > 0 && TrialTasks.LocationsOf(plan, step, places).Length == 0)
                problems.Add(step.Marks.Step, $"the instruments of step '{step.Name}' do not stand at one location, and a sample is at one at a time", "give each a step of its own");
        }

        var last = plan.Steps[^1];
        if (!last.Always || before.Any(name => lab.Locations.Any(location => location.Name == name && !location.IsOutlet)))
            problems.Add(last.Marks.Step, "the sample of a trial would stay where it is and stand in the way of the next", "end the workflow with a step that has 'always: true' and 'at' with an outlet of the lab");
        return problems.InOrder();
    }
}
