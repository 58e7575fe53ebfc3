using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Analysis;

/// <summary>What the actions of a trial gave. Series are read from the ledger: what is analysed is what is on record.</summary>
internal sealed class TrialData(CampaignPlan plan, TrialState trial, Ledger ledger)
{
    /// <exception cref="AnalysisException">The trial has no such series.</exception>
    public Series Series(OutputReference output)
    {
        var reference = Reference(output, "series");
        return ledger.ReadData(reference) as Series ?? throw new AnalysisException($"trial {trial.Number}: '{output}' is {reference.Media} and no series");
    }

    /// <exception cref="AnalysisException">The trial has no such payload.</exception>
    public Media Media(OutputReference output) =>
        ledger.ReadData(Reference(output, "payload")) as Media ?? throw new AnalysisException($"trial {trial.Number}: '{output}' is a series and no payload");

    /// <summary>A single quantity that an action gave, or a parameter of the trial.</summary>
    /// <exception cref="AnalysisException">The trial has none.</exception>
    public Quantity Quantity(TensorSource source)
    {
        if (source.Parameter is { } name) return trial.Values[name].Quantity ?? throw new AnalysisException($"'{name}' is no number");
        return Result(source.Input!.Output) is { } result && result.Outputs.TryGetValue(source.Input.Output.Output, out var quantity)
            ? quantity
            : throw new AnalysisException($"trial {trial.Number} has no '{source}': step '{plan.PlaceOf(source.Input.Output).Step}' gave no quantity of that name");
    }

    private DataReference Reference(OutputReference output, string kind) => Result(output)?.Data.FirstOrDefault(data => data.Name == output.Output)
        ?? throw new AnalysisException($"trial {trial.Number} has no '{output}': step '{plan.PlaceOf(output).Step}' gave no {kind} '{output.Output}'");

    private ResultFrame? Result(OutputReference output) => trial.Actions.TryGetValue(plan.PlaceOf(output), out var action) ? action.Result : null;
}
