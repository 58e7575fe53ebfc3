using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Whether the models that a campaign names are there, get what they take, and give what is wanted of them.</summary>
internal sealed class ModelCheck
{
    private readonly CampaignPlan _plan;
    private readonly IReadOnlyCollection<Birth> _instruments;
    private readonly Lazy<ModelRegistry> _models;
    private readonly ProblemList _problems;

    private ModelCheck(CampaignPlan plan, IReadOnlyCollection<Birth> instruments, Lazy<ModelRegistry> models) =>
        (_plan, _instruments, _models, _problems) = (plan, instruments, models, new ProblemList(plan.File));

    public static IReadOnlyList<Problem> Of(CampaignPlan plan, IReadOnlyCollection<Birth> instruments, Lazy<ModelRegistry> models)
    {
        var check = new ModelCheck(plan, instruments, models);
        foreach (var analysis in plan.Analyses.OfType<ModelAnalysis>()) check.Analysis(analysis);
        foreach (var analysis in plan.Analyses.OfType<PeakAnalysis>()) check.Peaks(analysis);
        return check._problems.InOrder();
    }

    private void Analysis(ModelAnalysis analysis)
    {
        if (Card(analysis) is not { } card) return;
        foreach (var feed in analysis.Tensors)
        {
            if (card.Inputs.FirstOrDefault(input => input.Name == feed.Tensor) is { } tensor) Feed(analysis, feed, tensor);
            else _problems.Add(feed.Mark, $"{analysis} has no input '{feed.Tensor}'", NearestName.Hint(feed.Tensor, card.Inputs.Select(input => input.Name), "it has"));
        }

        foreach (var missing in card.Inputs.Where(input => analysis.Tensors.All(feed => feed.Tensor != input.Name)))
            _problems.Add(analysis.ModelMark, $"{analysis} needs its input '{missing.Name}'", $"{missing} in {missing.Unit}");
        foreach (var quantity in analysis.Given) Output(analysis, quantity, card);
    }

    private void Peaks(PeakAnalysis analysis)
    {
        try
        {
            _ = new NetworkLabeller(_models.Value.Fixed(analysis.Model, analysis.Version));
        }
        catch (Exception error) when (error is ModelException or AnalysisException)
        {
            _problems.Add(analysis.ModelMark, error.Message.TrimEnd('.'), NearestName.Hint(analysis.Model, _models.Value.Models.Select(model => model.Card.Name), "models are"));
        }
    }

    private ModelCard? Card(ModelAnalysis analysis)
    {
        try
        {
            return _models.Value.Find(analysis.Model, analysis.Version).Card;
        }
        catch (ModelException error)
        {
            _problems.Add(analysis.ModelMark, error.Message.TrimEnd('.'), NearestName.Hint(analysis.Model, _models.Value.Models.Select(model => model.Card.Name), "models are"));
            return null;
        }
    }

    private void Feed(ModelAnalysis analysis, TensorFeed feed, TensorCard tensor)
    {
        if (feed.Sources is [{ Input: { IsSeries: true } input } whole])
        {
            var offered = OutputOf(input)?.Columns;
            ColumnCheck.Of(_problems, whole.Mark, input.Output, offered, whole.Column ?? feed.Tensor, Unit.Parse(tensor.Unit), $"{analysis}");
            if (tensor.Along is { } axis) ColumnCheck.Of(_problems, whole.Mark, input.Output, offered, axis.Column, Unit.Parse(axis.Unit), $"{analysis}");
            return;
        }

        var elements = tensor.Shape.Aggregate(1L, (product, extent) => product * Math.Max(1, extent.Length));
        if (elements != feed.Sources.Length)
            _problems.Add(feed.Mark, $"'{feed.Tensor}' is filled with {feed.Sources.Length} quantities", $"{tensor} takes {elements}");
        var wanted = Unit.Parse(tensor.Unit);
        foreach (var source in feed.Sources)
        {
            if (UnitOf(source) is { } given && !given.Fits(wanted))
                _problems.Add(source.Mark, $"'{source}' is in {given}, and '{feed.Tensor}' in {wanted}", $"give it in {wanted} or what can be converted to it");
        }
    }

    private Unit? UnitOf(TensorSource source) => source.Parameter is { } name ? _plan.Parameters.First(parameter => parameter.Name == name).Unit : OutputOf(source.Input!)?.Unit;

    private OutputDescription? OutputOf(AnalysisInput input)
    {
        var action = _plan.Steps.SelectMany(step => step.Actions).First(one => one.Name == input.Output.Action);
        return _instruments.FirstOrDefault(birth => birth.Instrument == action.Instrument)?.Commands.FirstOrDefault(command => command.Name == action.Command)?
            .Outputs.FirstOrDefault(output => output.Name == input.Output.Output);
    }

    private void Output(ModelAnalysis analysis, ModelQuantity quantity, ModelCard card)
    {
        if (card.Outputs.FirstOrDefault(output => output.Name == quantity.Output) is not { } tensor)
        {
            _problems.Add(quantity.Mark, $"{analysis} has no output '{quantity.Output}'", NearestName.Hint(quantity.Output, card.Outputs.Select(output => output.Name), "it has"));
            return;
        }

        long? count = tensor.Shape.Any(extent => extent.Symbol is { } symbol && symbol != card.Batch) ? null : tensor.Shape.Aggregate(1L, (product, extent) => product * Math.Max(1, extent.Length));
        if (quantity.Element is null && count != 1) _problems.Add(quantity.Mark, $"{tensor} has several elements", $"say which: {tensor.Name}[0]");
        else if (quantity.Element >= count) _problems.Add(quantity.Mark, $"{tensor} has no element {quantity.Element}", $"its elements are 0 to {count - 1}");
        var unit = Unit.Parse(tensor.Unit);
        if (!unit.Fits(quantity.Unit))
            _problems.Add(quantity.Mark, $"'{tensor.Name}' is in {unit}, and '{quantity.Name}' is to be {(quantity.Unit.Symbol == "1" ? "a plain number" : $"in {quantity.Unit}")}",
                unit.Symbol == "1" ? "leave the unit out" : $"{quantity.Name}: {tensor.Name}{(quantity.Element is { } k ? $"[{k}]" : "")} in {unit}");
    }
}
