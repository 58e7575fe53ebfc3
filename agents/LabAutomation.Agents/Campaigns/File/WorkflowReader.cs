using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The steps of a trial and their actions.</summary>
internal sealed class WorkflowReader(ExpressionReader expressions, ProblemList problems)
{
    private readonly Dictionary<string, Mark> _stepNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Mark> _actionNames = new(StringComparer.Ordinal);

    public ImmutableArray<StepPlan> Read(ListNode? workflow)
    {
        if (workflow is null) return [];
        var steps = ImmutableArray.CreateBuilder<StepPlan>();
        foreach (var node in workflow.Items.OfType<MapNode>())
        {
            var step = Step(node);
            if (!step.Always && steps.FirstOrDefault(earlier => earlier.Always) is { } cleaning)
                problems.Add(node.At, $"step '{step.Name}' follows '{cleaning.Name}', which cleans up", "steps with 'always: true' stand last");
            if (step.Since is { } since && steps.All(earlier => earlier.Name != since))
                problems.Add(step.Marks.Since, $"step '{step.Name}' is to begin in time after '{since}', and there is no such step before it", steps.Count == 0 ? "leave 'since' out" : $"name one of {string.Join(", ", steps.Select(earlier => $"'{earlier.Name}'"))}");
            steps.Add(step);
        }

        if (steps.Count > 0 && steps.All(step => step.Always))
            problems.Add(workflow.At, "every step cleans up", "at least one step has no 'always: true'");
        if (steps.FirstOrDefault() is { Within: not null } first) problems.Add(first.Marks.Within, $"step '{first.Name}' is the first, and there is nothing that it could follow in time", "leave 'within' out");
        if (steps.FirstOrDefault() is { Uninterrupted: true } begins) problems.Add(begins.Marks.Step, $"step '{begins.Name}' is the first, and there is nothing before it from which it could be cut off", "leave 'uninterrupted' out");
        foreach (var step in steps.Where(step => step.LosesLate && (step is { Within: null, StartBy: null } || step.Always)))
            problems.Add(step.Marks.Step, step.Always ? $"step '{step.Name}' cleans up, however late it is" : $"step '{step.Name}' cannot be late without a time", step.Always ? "leave 'late' out" : "say 'within' what time it must begin, or 'start_by' when");
        foreach (var step in steps.Where(step => step is { StartBy: not null, Always: true }))
            problems.Add(step.Marks.StartBy, $"step '{step.Name}' cleans up, however late it is", "leave 'start_by' out");
        foreach (var step in steps.Where(step => step is { Since: not null, Within: null }))
            problems.Add(step.Marks.Since, $"step '{step.Name}' is to begin in time after '{step.Since}', and nothing says in what time", "say 'within' what time it must begin");
        return steps.ToImmutable();
    }

    private StepPlan Step(MapNode node)
    {
        var name = Once(node["step"] as TextNode, _stepNames, "step");
        var actions = ImmutableArray.CreateBuilder<ActionPlan>();
        foreach (var item in node["actions"] is ListNode list ? list.Items.OfType<MapNode>() : [])
        {
            if (item["instrument"] is not TextNode instrument || item["command"] is not TextNode command) continue;
            if (actions.FirstOrDefault(other => other.Instrument == instrument.Text) is { } twin)
                problems.Add(instrument.At, $"'{twin.Instrument}' is in step '{name}' twice, and the actions of a step run side by side",
                    "give the second action a step of its own");
            actions.Add(Action(item, instrument, command));
        }

        var at = node["at"] as TextNode;
        if (actions.Count == 0 && at is null) problems.Add(node.At, $"step '{name}' does nothing", "give it 'actions', or 'at' with the location to which the sample is brought");
        return new StepPlan(name, node["always"] is TextNode { Text: "true" }, actions.ToImmutable())
        {
            At = at?.Text,
            Within = node["within"] is TextNode within ? TimeShape.Read(within) : null,
            Since = (node["since"] as TextNode)?.Text,
            StartBy = node["start_by"] is TextNode by ? StartByShape.Read(by) : null,
            Uninterrupted = node["uninterrupted"] is TextNode { Text: "true" },
            LosesLate = node["late"] is TextNode { Text: "lose" },
            Errors = new ErrorRuleReader(problems).Read(node["errors"] as ListNode, $"step '{name}'", mayCleanUp: node["always"] is TextNode { Text: "true" }),
            Marks = new StepMarks(node.At, at?.At ?? node.At, node["within"]?.At ?? node.At, node["since"]?.At ?? node.At, node["start_by"]?.At ?? node.At),
        };
    }

    private ActionPlan Action(MapNode node, TextNode instrument, TextNode command)
    {
        var arguments = ImmutableSortedDictionary.CreateBuilder<string, Formula>(StringComparer.Ordinal);
        var names = ImmutableSortedDictionary.CreateBuilder<string, Mark>(StringComparer.Ordinal);
        var values = ImmutableSortedDictionary.CreateBuilder<string, Mark>(StringComparer.Ordinal);
        foreach (var (key, value) in (node["with"] as MapNode)?.Entries ?? [])
        {
            names[key.Text] = key.At;
            values[key.Text] = value.At;
            if (value is TextNode { IsEmpty: false } text && expressions.Formula(text) is { } formula) arguments[key.Text] = formula;
        }

        var when = node["when"] is TextNode { IsOtherThanText: false } condition ? expressions.Condition(condition) : null;
        var name = node["as"] is TextNode named ? Once(named, _actionNames, "action") : null;
        return new ActionPlan(instrument.Text, command.Text, arguments.ToImmutable(), when, name)
        {
            Marks = new ActionMarks(instrument.At, command.At, names.ToImmutable(), values.ToImmutable()),
        };
    }

    private string Once(TextNode? name, Dictionary<string, Mark> taken, string what)
    {
        if (name is null) return "";
        if (!taken.TryAdd(name.Text, name.At))
            problems.Add(name.At, $"another {what} is called '{name.Text}'", $"the first is on line {taken[name.Text].Line}");
        return name.Text;
    }
}
