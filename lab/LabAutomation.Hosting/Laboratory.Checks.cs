using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>Whether a campaign fits the lab.</summary>
public sealed partial class Laboratory
{
    /// <summary>Waits for the instruments that a campaign may use, as <see cref="WaitForInstrumentsAsync"/> does, and for those that it watches, and checks it against what they offer.</summary>
    /// <exception cref="LabException">One of them cannot be used.</exception>
    /// <exception cref="CampaignFileException">The campaign does not fit.</exception>
    public async Task CheckAsync(CampaignPlan plan, CancellationToken cancellation, PersonsClear? clear = null)
    {
        if (!plan.Suspend.IsEmpty) await WaitAsync(Watched(plan, Stations), Wanted.Present, null, cancellation);
        Check(plan, await WaitForInstrumentsAsync(Stations.For(plan).Instruments, cancellation, clear));
    }

    /// <summary>The instruments of the lab's file that suspend a campaign by what they show.</summary>
    internal static IEnumerable<string> Watched(CampaignPlan plan, LabStations stations) =>
        stations.Instruments.Where(instrument => plan.Suspend.Any(suspender => suspender.Instrument == instrument.Role || suspender.Instrument == instrument.Name)).Select(instrument => instrument.Name);

    /// <summary>The same where nothing is going to be asked of them: one that was stopped still says what it offers.</summary>
    /// <exception cref="LabException">One of them is not there.</exception>
    /// <exception cref="CampaignFileException">The campaign does not fit.</exception>
    public async Task ValidateAsync(CampaignPlan plan, CancellationToken cancellation) =>
        Check(plan, await WaitAsync(Stations.For(plan).Instruments.Concat(Watched(plan, Stations)), Wanted.Offered, null, cancellation));

    /// <summary>The models with which a campaign would go on.</summary>
    /// <exception cref="ModelException">They are not those that it began with.</exception>
    public IReadOnlyList<ModelSeen> RequireModels(CampaignState state)
    {
        var models = ModelsOf(state.Plan);
        LabModels.RequireSame(state.Id, [.. Ledger.Read(state.Id).Select(entry => entry.Event).OfType<ModelSeen>()], models);
        return models;
    }

    private IReadOnlyList<ModelSeen> ModelsOf(CampaignPlan plan) => _models.Value.Of(plan, Stations.For(plan).Instruments);

    private void Check(CampaignPlan plan, IReadOnlyCollection<Birth> births)
    {
        var problems = plan.Check(births, Models, Stations);
        if (problems.Count > 0) throw new CampaignFileException(problems);
    }
}
