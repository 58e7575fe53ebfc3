using System.Collections.Immutable;
using LabAutomation.Learning;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What the file alone can tell about how its parts fit together.</summary>
internal static class PlanCheck
{
    public static void OfNames(ImmutableArray<AnalysisPlan> analyses, ProblemList problems)
    {
        foreach (var analysis in analyses.OfType<ColourAnalysis>().Where(analysis => ColourAnalysis.Colours.Contains(analysis.Gives)))
            problems.Add(analysis.GivesMark, $"'{analysis.Gives}' is where the colour itself is recorded", "choose another name");
        foreach (var analysis in analyses.OfType<FollowingAnalysis>().Where(analysis => FollowingAnalysis.Others.Contains(analysis.Gives)))
            problems.Add(analysis.GivesMark, $"'{analysis.Gives}' is what a following analysis records by itself", "choose another name");
        foreach (var second in analyses.OfType<FollowingAnalysis>().Skip(1))
            problems.Add(second.Input.Mark, "this is a second following analysis", $"a trial has one, which records {string.Join(", ", FollowingAnalysis.Others)}");
        foreach (var second in analyses.OfType<ColourAnalysis>().Skip(1))
            problems.Add(second.Input.Mark, "this is a second colour analysis",
                $"a trial has one colour, recorded as {string.Join(", ", ColourAnalysis.Colours)}");
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var analysis in analyses)
            foreach (var twice in analysis.Outputs.Where(output => !given.Add(output.Name)))
                if (!(analysis is ColourAnalysis && ColourAnalysis.Colours.Contains(twice.Name)) && !(analysis is FollowingAnalysis && FollowingAnalysis.Others.Contains(twice.Name)))
                    problems.Add(analysis.GivesMark, $"'{twice.Name}' is given by an analysis before", "each result has a name of its own");
    }

    public static void OfAnalyses(ImmutableArray<AnalysisPlan> analyses, ImmutableArray<StepPlan> steps, ImmutableArray<ParameterPlan> parameters, ProblemList problems)
    {
        var all = steps.SelectMany(step => step.Actions.Select(action => (Step: step, Action: action)));
        var actions = all.Where(pair => pair.Action.Name is not null).ToArray();
        foreach (var input in analyses.SelectMany(analysis => analysis.Inputs)) OfInput(input, actions, problems);
        foreach (var source in analyses.OfType<ModelAnalysis>().SelectMany(analysis => analysis.Tensors).SelectMany(tensor => tensor.Sources).Where(source => source.Parameter is not null))
        {
            if (parameters.FirstOrDefault(parameter => parameter.Name == source.Parameter) is not { } parameter)
                problems.Add(source.Mark, $"no parameter is called '{source.Parameter}'", NearestName.Hint(source.Parameter!, parameters.Select(one => one.Name), "parameters are") ?? "there are none");
            else if (parameter is CategoricalParameter)
                problems.Add(source.Mark, $"'{source.Parameter}' is one of several words, and a model takes numbers", "use parameters that are numbers");
        }
    }

    private static void OfInput(AnalysisInput input, (StepPlan Step, ActionPlan Action)[] actions, ProblemList problems)
    {
        var (step, action) = actions.FirstOrDefault(pair => pair.Action.Name == input.Output.Action);
        if (action is null)
        {
            var hint = actions.Length == 0
                ? $"give the action a name: as: {input.Output.Action}"
                : NearestName.Hint(input.Output.Action, actions.Select(pair => pair.Action.Name!), "named actions");
            problems.Add(input.Mark, $"no action is called '{input.Output.Action}'", hint);
        }
        else if (action.When is not null)
        {
            problems.Add(input.Mark, $"action '{action.Name}' is left out of some trials, which could then not be analysed",
                "take away its 'when'");
        }
        else if (step.Always)
        {
            problems.Add(input.Mark, $"action '{action.Name}' cleans up, and is no measurement",
                "measure in a step without 'always: true'");
        }
    }

    public static void OfSkips(ImmutableArray<AnalysisPlan> analyses, ImmutableArray<StepPlan> steps, ProblemList problems)
    {
        var read = analyses.SelectMany(analysis => analysis.Inputs).Select(input => input.Output.Action).ToHashSet(StringComparer.Ordinal);
        foreach (var step in steps.Where(step => step.Actions.Length > 0 && step.Actions.All(action => action.Name is not null && read.Contains(action.Name))))
            foreach (var rule in step.Errors.Where(rule => rule.Do == Reaction.Skip))
                problems.Add(rule.Mark, $"{rule.Name} never acts: all that step '{step.Name}' gives is analysed", "a trial that cannot be analysed ends: replan");
    }

    public static void OfSkips(ImmutableArray<AnalysisPlan> analyses, Goal goal, ProblemList problems)
    {
        foreach (var analysis in analyses)
        {
            if (analysis.NeededBy(goal) is not { } needed) continue;
            foreach (var rule in analysis.Errors.Where(rule => rule.Do == Reaction.Skip)) problems.Add(rule.Mark, $"{rule.Name} never acts: the goal needs '{needed}'", "a trial that cannot be analysed ends: replan");
        }
    }

    public static void OfInstruments(CampaignLimits limits, ImmutableArray<StepPlan> steps, ProblemList problems)
    {
        if (limits.Instruments is not { } allowed) return;
        foreach (var action in steps.SelectMany(step => step.Actions).Where(action => !allowed.Contains(action.Instrument)))
            problems.Add(action.Marks.Instrument, $"'{action.Instrument}' is not among the instruments that 'limits' allows",
                $"allowed: {string.Join(", ", allowed)}");
    }

    public static void OfFeasibility(CampaignPlan plan, Mark at, ProblemList problems)
    {
        if (plan.Constraints.Length == 0 || Feasibility.IsPossible(plan.ToSearchSpace())) return;
        ImmutableArray<SearchDimension> dimensions = [.. plan.Parameters.Select(parameter => parameter.ToDimension())];
        var proved = Contradiction.Of(dimensions, [.. plan.Constraints.Select(condition => condition.Root)], [.. plan.Constraints.Select(condition => condition.Source)]);
        problems.Add(at, proved ?? $"no trial satisfies the constraints: {string.Join("; ", plan.Constraints)}", "widen the bounds of the parameters or drop a constraint");
    }
}
