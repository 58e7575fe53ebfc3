using System.Collections.Immutable;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>What is on record as measured is what the drivers have in their journal, and what the analysis makes of it when it is asked once more.</summary>
internal static class ResultOracle
{
    /// <summary>The analyses of a trial once more, by name; those that need a model are left out.</summary>
    public delegate ImmutableSortedDictionary<string, Quantity> Analyse(CampaignState state, TrialState trial);

    public static IEnumerable<Violation> Judge(Evidence evidence, Analyse analyse)
    {
        foreach (var row in evidence.Journal)
        {
            if (row is { IsAcknowledged: true, Result: { Status: ActionStatus.Succeeded } told } && evidence.Results.TryGetValue(row.Action, out var known) && Difference(told, known) is { } difference)
                yield return new Violation("results", $"action {row.Action} of {row.Instrument} gave {difference}");
        }

        foreach (var state in evidence.States)
        {
            foreach (var trial in state.Trials)
            {
                if (trial.Outcome is TrialOutcome.Measured measured && Wrong(state, trial, measured, analyse) is { } wrong)
                    yield return new Violation("results", $"trial {trial.Number} of {state.Id}: {wrong}");
            }
        }
    }

    /// <summary>Of the data that lie on the record.</summary>
    public static Analyse Of(Ledger ledger) => (state, trial) =>
    {
        var analysts = new Analysts(new TrialData(state.Plan, trial, ledger), new Lazy<ModelRegistry>(() => throw new InvalidOperationException("what needs a model is left out")));
        var outputs = ImmutableSortedDictionary.CreateBuilder<string, Quantity>(StringComparer.Ordinal);
        foreach (var analysis in state.Plan.Analyses.Where(analysis => analysis is not (ModelAnalysis or PeakAnalysis))) outputs.AddRange(analysts.Run(analysis));
        return outputs.ToImmutable();
    };

    private static string? Difference(ResultFrame told, ResultFrame known)
    {
        if (told.Status != known.Status) return $"the result {told.Status}, and {known.Status} is on record";
        foreach (var (name, quantity) in told.Outputs)
            if (!known.Outputs.TryGetValue(name, out var other) || other != quantity) return $"{name} = {quantity}, and {(other == default ? "nothing" : other)} is on record";
        foreach (var data in told.Data)
            if (known.Data.FirstOrDefault(other => other.Name == data.Name)?.Sha256 != data.Sha256) return $"data '{data.Name}' ({data.Sha256[..8]}…), and other data are on record";
        return null;
    }

    private static string? Wrong(CampaignState state, TrialState trial, TrialOutcome.Measured measured, Analyse analyse)
    {
        ImmutableSortedDictionary<string, Quantity> again;
        try
        {
            again = analyse(state, trial);
        }
        catch (Exception error) when (error is AnalysisException or FrameException or LedgerException)
        {
            return $"it is on record as measured, and its data cannot be analysed: {error.Message}";
        }

        foreach (var (name, quantity) in again)
            if (!measured.Outputs.TryGetValue(name, out var known) || known != quantity) return $"{name} = {known} is on record, and its data give {quantity}";
        var objective = state.Plan.Goal.Objective.Name;
        return measured.Outputs.TryGetValue(objective, out var value) && value.Value != measured.Objective ? FormattableString.Invariant($"its objective is on record as {measured.Objective}, and it has {objective} = {value}") : null;
    }
}
