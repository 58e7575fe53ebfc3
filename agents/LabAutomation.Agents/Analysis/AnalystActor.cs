using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Analysis;

/// <summary>Makes named quantities of a trial's raw data.</summary>
internal sealed class AnalystActor : ReceiveActor
{
    private readonly Ledger _ledger;
    private readonly Lazy<ModelRegistry> _models;

    public AnalystActor(Ledger ledger, Lazy<ModelRegistry> models)
    {
        (_ledger, _models) = (ledger, models);
        Receive<AnalyseTrial>(asked => Sender.Tell(Analyse(asked)));
    }

    private object Analyse(AnalyseTrial asked)
    {
        var analysts = new Analysts(new TrialData(asked.Plan, asked.Trial, _ledger), _models);
        var outputs = ImmutableSortedDictionary.CreateBuilder<string, Quantity>(StringComparer.Ordinal);
        for (var k = 0; k < asked.Plan.Analyses.Length; k++)
        {
            if (asked.Trial.Analyses.GetValueOrDefault(k) is { IsSkipped: true }) continue;
            var analysis = asked.Plan.Analyses[k];
            try
            {
                outputs.AddRange(analysts.Run(analysis));
            }
            catch (Exception error) when (error is AnalysisException or FrameException or ModelException)
            {
                return new AnalysisFailed(asked.Trial.Number, k, analysis is ModelAnalysis model ? $"{model.Analyst} {model}" : analysis.Analyst, CauseCode.Unachievable, error.Message);
            }
        }

        return new TrialAnalysed(asked.Trial.Number, outputs.ToImmutable(), analysts.Uses);
    }
}
