using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Analysis;

/// <summary>Makes named quantities of a trial's raw data. It reads them from the ledger: what is analysed is what is on record.</summary>
internal sealed class AnalystActor : ReceiveActor
{
    private readonly Ledger _ledger;

    public AnalystActor(Ledger ledger)
    {
        _ledger = ledger;
        Receive<AnalyseTrial>(asked => Sender.Tell(Analyse(asked)));
    }

    private object Analyse(AnalyseTrial asked)
    {
        var outputs = ImmutableSortedDictionary.CreateBuilder<string, Quantity>(StringComparer.Ordinal);
        try
        {
            foreach (var analysis in asked.Plan.Analyses)
                outputs.AddRange(Analysts.Run(analysis, Data(asked, analysis)));
            return new TrialAnalysed(asked.Trial.Number, outputs.ToImmutable());
        }
        catch (Exception error) when (error is AnalysisException or FrameException)
        {
            return new AnalysisFailed(asked.Trial.Number, error.Message);
        }
    }

    private Series Data(AnalyseTrial asked, AnalysisPlan analysis)
    {
        var (place, output) = asked.Plan.Source(analysis);
        var result = asked.Trial.Actions.TryGetValue(place, out var action) ? action.Result : null;
        var reference = result?.Data.FirstOrDefault(data => data.Name == output)
            ?? throw new AnalysisException($"trial {asked.Trial.Number} has no '{analysis.Input}': step '{place.Step}' gave no series '{output}'");
        return _ledger.ReadData(reference) as Series ?? throw new AnalysisException($"trial {asked.Trial.Number}: '{analysis.Input}' is {reference.Media} and no series");
    }
}
