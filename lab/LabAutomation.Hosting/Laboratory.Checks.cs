using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>Whether a campaign fits the lab.</summary>
public sealed partial class Laboratory
{
    /// <summary>Waits for the instruments that a campaign may use, as <see cref="WaitForInstrumentsAsync"/> does, and checks it against what they offer.</summary>
    /// <exception cref="LabException">One of them cannot be used.</exception>
    /// <exception cref="CampaignFileException">The campaign does not fit.</exception>
    public async Task CheckAsync(CampaignPlan plan, CancellationToken cancellation, PersonsClear? clear = null) =>
        Check(plan, await WaitForInstrumentsAsync(Awaited(plan), cancellation, clear));

    /// <summary>The same where nothing is going to be asked of them: one that was stopped still says what it offers.</summary>
    /// <exception cref="LabException">One of them is not there.</exception>
    /// <exception cref="CampaignFileException">The campaign does not fit.</exception>
    public async Task ValidateAsync(CampaignPlan plan, CancellationToken cancellation) =>
        Check(plan, await WaitAsync(Awaited(plan), Wanted.Offered, null, cancellation));

    /// <summary>A campaign that can begin here: its instruments can be used, it fits them, and no samples of others are in its way. Nothing is on record yet.</summary>
    /// <param name="begin">Puts it on record.</param>
    /// <param name="letGo">Of the lab, where it does not begin.</param>
    /// <exception cref="LabException">It cannot begin now.</exception>
    /// <exception cref="CampaignFileException">It does not fit.</exception>
    public async Task<ReadyCampaign> ReadyAsync(CampaignPlan plan, Func<CampaignAuthorised, BegunCampaign> begin, Func<ValueTask> letGo, CancellationToken cancellation)
    {
        await CheckAsync(plan, cancellation);
        RequireAll([]);
        return new ReadyCampaign(FactsOf(plan), Fingerprint, begin, letGo);
    }

    /// <summary>The models with which a campaign would go on.</summary>
    /// <exception cref="ModelException">They are not those that it began with.</exception>
    public IReadOnlyList<ModelSeen> RequireModels(CampaignState state)
    {
        var models = ModelsOf(state.Plan);

        // Before it was looked at who steers, a policy was on record for a programme of the drums as well.
        var isSteered = LabModels.Steered(state.Plan).Count > 0;
        LabModels.RequireSame(state.Id, [.. Ledger.Read(state.Id).Select(entry => entry.Event).OfType<ModelSeen>().Where(seen => seen.Instrument is null || isSteered)], models);
        return models;
    }

    /// <summary>What a campaign would do at most, by the instruments there were when they were last waited for.</summary>
    public PlanFacts FactsOf(CampaignPlan plan) => PlanReading.Facts(plan, Stations, _births);

    /// <summary>Of the configuration with which it came up.</summary>
    public LabFingerprint Fingerprint => ConfigurationFingerprint.Of(Parts.Lab, Parts.Broker, Parts.Instruments, Parts.Models);

    private IReadOnlyList<ModelSeen> ModelsOf(CampaignPlan plan) => _models.Value.Of(plan, Stations.For(plan).Instruments);

    private IEnumerable<string> Awaited(CampaignPlan plan) => Stations.For(plan).Instruments.Concat(plan.Suspend.Concat(Stations.Suspend).SelectMany(Stations.Watched)).Distinct(StringComparer.Ordinal);

    /// <exception cref="LabException">An instrument has not what is said to set it.</exception>
    private void RequireSettings(IReadOnlyCollection<Birth> births)
    {
        foreach (var instrument in Stations.Instruments)
        {
            if (instrument.SetUpBy.IsEmpty || births.FirstOrDefault(birth => birth.Instrument == instrument.Name) is not { } birth) continue;
            string[] has = [.. birth.Commands.SelectMany(command => command.Parameters.Select(parameter => $"{command.Name}.{parameter.Name}"))];
            if (instrument.SetUpBy.FirstOrDefault(point => !has.Contains(point.ToString())) is { } missing)
                throw new LabException(LabFault.Configuration, $"Instruments: '{instrument.Name}' is SetUpBy '{missing}', and it has no such argument; it has {string.Join(", ", has)}");
        }
    }

    private void Check(CampaignPlan plan, IReadOnlyCollection<Birth> births)
    {
        Draws();        // what is wrong there is wrong with the lab, whatever the campaign
        RequireSettings(births);
        var problems = plan.Check(births, Models, Stations);
        if (problems.Count > 0) throw new CampaignFileException(problems);
    }
}
