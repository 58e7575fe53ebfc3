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
            else if (parameter is ChoiceParameter)
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

    /// <summary>Whatever is done with a parameter that does not always count is done only where it counts.</summary>
    public static void OfActivity(CampaignPlan plan, ProblemList problems)
    {
        for (var d = 0; d < plan.Parameters.Length; d++)
        {
            if (plan.Parameters[d] is not { When: { } counts } parameter) continue;
            var (absent, hint) = (Activity.Inactive(plan.Parameters, d), $"'when: {Activity.Words(plan.Parameters, counts)}' does it only there");
            foreach (var action in plan.Steps.SelectMany(step => step.Actions))
            {
                if (action.When is { } when && Predicate.Alternatives([when.Root]).Any(atoms => atoms.Any(atom => atom.Uses(d)) && !plan.Extents([absent, .. atoms]).IsEmpty))
                    problems.Add(when.Mark, $"this is also asked in trials in which '{parameter.Name}' does not count", $"write '{Activity.Words(plan.Parameters, counts)} and' before it");
                foreach (var (name, _) in action.Arguments.Where(argument => argument.Value.Root.Uses(d)))
                    if (!plan.Extents(action.When is { } only ? [absent, only.Root] : [absent]).IsEmpty)
                        problems.Add(action.Marks.Values[name], $"'{parameter.Name}' does not count in every trial in which this is done", hint);
            }

            foreach (var source in plan.Analyses.OfType<ModelAnalysis>().SelectMany(analysis => analysis.Tensors).SelectMany(tensor => tensor.Sources).Where(source => source.Parameter == parameter.Name))
                problems.Add(source.Mark, $"'{parameter.Name}' does not count in every trial, and a model wants a number of each", "use parameters that always count");
        }
    }

    public static void OfFeasibility(CampaignPlan plan, MapNode root, ProblemList problems)
    {
        if (plan.Conditions.IsEmpty || Feasibility.IsPossible(plan.ToSearchSpace())) return;
        string[] texts = [.. plan.Constraints.Select(condition => condition.Source), .. plan.Mixtures.Select(mixture => mixture.Source), .. plan.Counts.Select(count => count.Source)];
        var at = root.MarkOf(plan.Constraints.Length > 0 ? "constraints" : plan.Mixtures.Length > 0 ? "mixtures" : "counts");
        if (plan.Candidates is not null)
        {
            problems.Add(root.MarkOf("candidates"), $"no candidate satisfies {string.Join("; ", texts)}", "drop a constraint, or give other candidates");
            return;
        }

        ImmutableArray<SearchDimension> dimensions = [.. plan.Parameters.Select(parameter => parameter.ToDimension())];
        problems.Add(at, Contradiction.Of(dimensions, plan.Conditions, texts) ?? $"no trial satisfies the constraints: {string.Join("; ", texts)}", "widen the bounds of the parameters or drop a constraint");
    }
}
