using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Whether a campaign fits the instruments: they are there, they know the commands, and no trial can leave a range.</summary>
internal sealed class InstrumentCheck
{
    private readonly CampaignPlan _plan;
    private readonly IReadOnlyCollection<Birth> _instruments;
    private readonly ProblemList _problems;

    private InstrumentCheck(CampaignPlan plan, IReadOnlyCollection<Birth> instruments) =>
        (_plan, _instruments, _problems) = (plan, instruments, new ProblemList(plan.File));

    public static IReadOnlyList<Problem> Of(CampaignPlan plan, IReadOnlyCollection<Birth> instruments)
    {
        var check = new InstrumentCheck(plan, instruments);
        foreach (var action in plan.Steps.SelectMany(step => step.Actions)) check.Action(action);
        foreach (var analysis in plan.Analyses)
            foreach (var input in analysis.Inputs) check.Input(analysis, input);
        return check._problems.InOrder();
    }

    private void Action(ActionPlan action)
    {
        if (_instruments.FirstOrDefault(birth => birth.Instrument == action.Instrument) is not { } birth)
        {
            _problems.Add(action.Marks.Instrument, $"there is no instrument '{action.Instrument}'",
                NearestName.Hint(action.Instrument, _instruments.Select(one => one.Instrument), "there are") ?? "no instrument is there");
            return;
        }

        if (birth.Commands.FirstOrDefault(command => command.Name == action.Command) is not { } offered)
        {
            _problems.Add(action.Marks.Command, $"{action.Instrument} has no command '{action.Command}'",
                NearestName.Hint(action.Command, birth.Commands.Select(one => one.Name), "it has"));
            return;
        }

        foreach (var (name, at) in action.Marks.Names.Where(pair => offered.Parameters.All(parameter => parameter.Name != pair.Key)))
            _problems.Add(at, $"{Command(action)} has no parameter '{name}'",
                NearestName.Hint(name, offered.Parameters.Select(one => one.Name), "it has") ?? "it has none");
        foreach (var missing in offered.Parameters.Where(parameter => parameter.Default is null && !action.Marks.Names.ContainsKey(parameter.Name)))
            _problems.Add(action.Marks.Command, $"{Command(action)} needs '{missing.Name}'", $"{missing.Summary.TrimEnd('.')}: {Range(missing)}");
        foreach (var parameter in offered.Parameters)
            if (action.Arguments.TryGetValue(parameter.Name, out var formula)) Argument(action, parameter, formula);
        foreach (var text in birth.Limits.IsDefault ? [] : birth.Limits)
            if (WrittenRule.TryParse(text, out var rule) && rule.Bound.Owner == offered.Name) Keep(action, offered, rule);
    }

    /// <summary>A bound that holds in certain cases only: the trials that are such cases must keep it.</summary>
    private void Keep(ActionPlan action, CommandDescription offered, WrittenRule rule)
    {
        if (ValueOf(action, offered, rule.Bound) is not var (limited, unit)) return;
        var cases = action.When is { } when ? ImmutableArray.Create(when.Root) : [];
        foreach (var condition in rule.Where)
        {
            if (ValueOf(action, offered, condition) is not var (value, its)) return;
            cases = cases.Add(Compare(condition, value, its));
        }

        if (_plan.Extents(cases).Of(limited) is not { } extent) return;
        var (worst, at) = rule.Bound.Comparison[0] == '<' ? (extent.Range.High, extent.AtHigh) : (extent.Range.Low, extent.AtLow);
        var doubt = extent.IsExact ? 0 : 1e-2 * Math.Abs(worst);
        if (!double.IsFinite(worst) || rule.Bound.IsKept(new Quantity(rule.Bound.Comparison[0] == '<' ? worst - doubt : worst + doubt, unit))) return;
        var involved = rule.Where.Prepend(rule.Bound).Select(bound => ValueOf(action, offered, bound)!.Value.Value).ToArray();
        _problems.Add(
            action.Marks.Values.GetValueOrDefault(rule.Bound.Subject, action.Marks.Command),
            $"'{rule.Bound.Subject}' {(Enumerable.Range(0, _plan.Parameters.Length).Any(k => involved.Any(value => value.Uses(k))) ? "can be" : "is")} {Show(worst, unit)}{Corner(involved, at)}, and {Command(action)} takes {rule.Words}",
            "lower the bounds of the parameters, or add a constraint");
    }

    /// <summary>In the unit of the parameter; null where the action gives no value that fits, which is a problem of its own.</summary>
    private static (Arithmetic Value, Unit Unit)? ValueOf(ActionPlan action, CommandDescription offered, WrittenBound bound)
    {
        if (offered.Parameters.FirstOrDefault(one => one.Name == bound.Subject) is not { } parameter || !bound.Bound.Unit.Fits(parameter.Unit)) return null;
        if (!action.Arguments.TryGetValue(parameter.Name, out var formula)) return parameter.Default is { } value ? (new Constant(value), parameter.Unit) : null;
        if (!formula.Unit.Fits(parameter.Unit)) return null;
        var zero = formula.Unit.Convert(0, parameter.Unit);
        return (new Scaled(formula.Root, formula.Unit.Convert(1, parameter.Unit) - zero, zero), parameter.Unit);
    }

    /// <summary>What is strict stays so in a search that knows no strictness: its end is left out by a millionth, within which the driver's host refuses by itself.</summary>
    private static Compared Compare(WrittenBound bound, Arithmetic value, Unit unit)
    {
        var end = bound.Bound.In(unit);
        var edge = bound.Comparison.Length == 1 ? 1e-6 * Math.Max(1, Math.Abs(end)) : 0;
        return bound.Comparison[0] == '<' ? new Compared(value, Relation.AtMost, new Constant(end - edge)) : new Compared(new Constant(end + edge), Relation.AtMost, value);
    }

    private void Argument(ActionPlan action, ParameterDescription parameter, Formula formula)
    {
        var at = action.Marks.Values[parameter.Name];
        if (!formula.Unit.Fits(parameter.Unit))
        {
            _problems.Add(at, $"'{parameter.Name}' is in {Named(formula.Unit)}, and {Command(action)} takes {Named(parameter.Unit)}",
                Range(parameter));
            return;
        }

        var search = ExtentSearch.For(_plan, action);
        if (search.Of(formula.Root) is not { } extent)
        {
            if (action.When is { } never)
                _problems.Add(never.Mark, $"'{never}' holds for no trial, so that the action is never done", "leave the action out");
            return;
        }

        Ends(action, parameter, formula, extent, at);
    }

    private void Ends(ActionPlan action, ParameterDescription parameter, Formula formula, Extent extent, Mark at)
    {
        var (low, high) = (formula.Unit.Convert(extent.Range.Low, parameter.Unit), formula.Unit.Convert(extent.Range.High, parameter.Unit));
        var share = extent.IsExact ? 1e-9 : 1e-2;
        if (!double.IsFinite(low) || !double.IsFinite(high))
            _problems.Add(at, $"'{parameter.Name}' divides by something that can be zero", "add a constraint or a 'when' that excludes it");
        else if (low < parameter.Low - (share * Math.Max(Math.Abs(low), Math.Abs(parameter.Low))))
            _problems.Add(at, Leaves(action, parameter, formula, low, extent.AtLow), TooLow(parameter, formula, high));
        else if (high > parameter.High + (share * Math.Max(Math.Abs(high), Math.Abs(parameter.High))))
            _problems.Add(at, Leaves(action, parameter, formula, high, extent.AtHigh),
                IsVaried(formula) ? "lower the bounds of the parameters, or add a constraint" : null);
    }

    private string Leaves(ActionPlan action, ParameterDescription parameter, Formula formula, double value, double[] at)
    {
        var verb = IsVaried(formula) ? "can be" : "is";
        return $"'{parameter.Name}' {verb} {Show(value, parameter.Unit)}{Corner([formula.Root], at)}, and {Command(action)} takes {Range(parameter)}";
    }

    /// <summary>The values of the parameters that the formulas depend on.</summary>
    private string Corner(IReadOnlyCollection<Arithmetic> formulas, double[] at)
    {
        var places = _plan.Parameters.Select((parameter, k) => (parameter, k)).Where(pair => formulas.Any(formula => formula.Uses(pair.k)))
            .Select(pair => $"{pair.parameter.Name} = {Show(at[pair.k], pair.parameter.Unit)}").ToArray();
        return places.Length == 0 ? "" : $" at {string.Join(", ", places)}";
    }

    private string? TooLow(ParameterDescription parameter, Formula formula, double high)
    {
        if (!IsVaried(formula)) return null;
        return high >= parameter.Low
            ? $"'when: {formula} >= {Show(parameter.Low, parameter.Unit)}' leaves the action out in such trials; or raise the bounds, or add a constraint"
            : "raise the bounds of the parameters, or add a constraint";
    }

    private bool IsVaried(Formula formula) => Enumerable.Range(0, _plan.Parameters.Length).Any(formula.Root.Uses);

    private void Input(AnalysisPlan analysis, AnalysisInput input)
    {
        var action = _plan.Steps.SelectMany(step => step.Actions).First(one => one.Name == input.Output.Action);
        var birth = _instruments.FirstOrDefault(birth => birth.Instrument == action.Instrument);
        if (birth?.Commands.FirstOrDefault(command => command.Name == action.Command)?.Outputs is not { } offered) return;
        if (offered.FirstOrDefault(output => output.Name == input.Output.Output) is not { } output)
            _problems.Add(input.Mark, $"{Command(action)} gives no '{input.Output.Output}'",
                NearestName.Hint(input.Output.Output, offered.Select(one => one.Name), "it gives") ?? "it gives nothing");
        else if (output.Series != input.IsSeries || (output.Media is not null) != input.IsMedia)
            _problems.Add(input.Mark, $"'{input.Output}' is {(output.Media is { } media ? $"a payload of type {media}" : output.Series ? "a series" : $"a single quantity in {Named(output.Unit)}")}",
                analysis is ReadingAnalysis ? "the analyst 'reading' takes a single quantity" : input.IsMedia ? $"the analyst '{analysis.Analyst}' reads frames, which are media" : input.IsSeries ? $"the analyst '{analysis.Analyst}' reads a series{(analysis is ModelAnalysis ? " here; single quantities stand in a list: [a.b, c.d]" : "")}" : "a list holds single quantities and parameters; a series stands alone");
        else if (analysis is ReadingAnalysis reading && !output.Unit.Fits(reading.Unit))
            _problems.Add(input.Mark, $"'{input.Output}' is in {Named(output.Unit)}, and the reading is to be in {Named(reading.Unit)}", $"'unit: {output.Unit}' would be right");
        else
            foreach (var (column, unit) in analysis.Columns) ColumnCheck.Of(_problems, input.Mark, input.Output, output.Columns, column, unit, $"the analyst '{analysis.Analyst}'");
    }

    private static string Command(ActionPlan action) => $"{action.Instrument}.{action.Command}";

    private static string Range(ParameterDescription parameter) => $"{Show(parameter.Low, parameter.Unit)} to {Show(parameter.High, parameter.Unit)}";

    private static string Show(double value, Unit unit) => new Quantity(Math.Abs(value) < 1e-12 ? 0 : value, unit).ToString();

    private static string Named(Unit unit) => unit.Symbol == "1" ? "numbers without unit" : unit.Symbol;
}
