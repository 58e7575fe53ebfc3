using System.Collections.Immutable;
using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Instruments.Reactor;
using LabAutomation.Models;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Hosting;

/// <summary>The models of a lab: those that analyse, and those that steer its instruments.</summary>
internal sealed class LabModels : IDisposable
{
    private readonly LabParts _parts;
    private readonly ILogger _log;

    public LabModels(LabParts parts)
    {
        (_parts, _log) = (parts, parts.Logging.CreateLogger("Models"));
        Analysing = new Lazy<ModelRegistry>(Open);
    }

    /// <summary>Loaded and checked when they are first asked for; what is refused is told in the log. Asking throws a ModelException where their folder is not there.</summary>
    public Lazy<ModelRegistry> Analysing { get; }

    /// <summary>
    /// Checks the models of a folder that somebody has configured, so that what is refused there is told at once, by name. Those that come with the lab wait until one is named: a lab
    /// without them pays nothing.
    /// </summary>
    public void Begin()
    {
        if (_parts.Models.Folder is null) return;
        try
        {
            _ = Analysing.Value;
        }
        catch (ModelException error)
        {
            _log.LogWarning("No model is loaded: {Reason}", error.Message);
        }
    }

    /// <summary>Those that a campaign uses, as they are now.</summary>
    /// <param name="instruments">Those that it may use.</param>
    /// <exception cref="ModelException">One is not there.</exception>
    public ImmutableArray<ModelSeen> Of(CampaignPlan plan, IEnumerable<string> instruments)
    {
        var analysing = plan.Analyses.OfType<ModelAnalysis>().Select(analysis => (analysis.Model, analysis.Version))
            .Concat(plan.Analyses.OfType<PeakAnalysis>().Select(analysis => (analysis.Model, analysis.Version)))
            .Select(named => Seen(Analysing.Value.Find(named.Model, named.Version), null)).DistinctBy(seen => (seen.Model, seen.Version));
        var steered = Steered(plan);
        var steering = _parts.Instruments.Hosted.Where(instrument => instruments.Contains(instrument.Name) && instrument.Family == MicroreactorFamily.Name)
            .Where(instrument => instrument.Settings.GetValueOrDefault("policy") is { Length: > 0 } && steered.Contains(instrument.Plays))
            .Select(instrument => Seen(_parts.Policies.Model(instrument.Settings["policy"]), instrument.Name));
        ImmutableArray<ModelSeen> seen = [.. analysing, .. steering];
        foreach (var one in seen.Where(one => one.Instrument is not null)) Tell(one);
        foreach (var analysis in plan.Analyses.OfType<PeakAnalysis>())
        {
            var card = Analysing.Value.Find(analysis.Model, analysis.Version).Card;
            if (UsualScores.Of(card) is null) _log.LogWarning("The card of {Model} {Version} does not say what is usual of its scores (provenance.usual), so that drift is not seen", card.Name, card.Version);
        }

        return seen;
    }

    /// <summary>Instruments, by the role that they play, that a model steers in this campaign: a programme of the drums is nobody's policy.</summary>
    public static IReadOnlySet<string> Steered(CampaignPlan plan) =>
        plan.Steps.SelectMany(step => step.Actions).Where(action => action.Command == MicroreactorFamily.Steered).Select(action => action.Instrument).ToHashSet(StringComparer.Ordinal);

    /// <summary>A campaign ends with the models that it began with: its trials could not be compared otherwise.</summary>
    /// <param name="before">Those on record.</param>
    /// <param name="now">Those that would be used from now on.</param>
    /// <exception cref="ModelException">They are not the same.</exception>
    public static void RequireSame(string campaign, IReadOnlyList<ModelSeen> before, IReadOnlyList<ModelSeen> now)
    {
        foreach (var began in before.DistinctBy(seen => (seen.Instrument, seen.Instrument is null ? $"{seen.Model}@{seen.Version}" : "")))
        {
            var found = now.FirstOrDefault(seen => seen.Instrument == began.Instrument && (seen.Instrument is not null || (seen.Model == began.Model && seen.Version == began.Version)));
            if (found is null && began.Instrument is null) continue;
            if (found is not null && (found.Model, found.Version, found.Sha256) == (began.Model, began.Version, began.Sha256)) continue;
            var role = began.Instrument is { } instrument ? $"{instrument} steered by " : "";
            var way = began.Instrument is null ? "put the file back that it had, or begin another campaign" : $"set its policy to {began.Model}@{began.Version}, or begin another campaign";
            throw new ModelException($"Campaign '{campaign}' began with {role}{began.Model} {began.Version} (SHA-256 {began.Sha256}), and now there is {(found is null ? "no model" : $"{found.Model} {found.Version} (SHA-256 {found.Sha256})")}; {way}.");
        }
    }

    public void Dispose()
    {
        if (Analysing.IsValueCreated) Analysing.Value.Dispose();
    }

    private static ModelSeen Seen(LoadedModel model, string? instrument) => new(model.Card.Name, model.Card.Version, model.Card.Sha256, model.Device.ToString(), [.. model.CpuNodes], instrument);

    /// <summary>Where a model runs, and what of it does not run there.</summary>
    private void Tell(ModelSeen model)
    {
        if (model.CpuNodes.IsEmpty) _log.LogInformation("Model {Model}", model);
        else _log.LogWarning("Model {Model}", model);
    }

    private ModelRegistry Open()
    {
        var registry = ModelRegistry.Open(_parts.Models.Path, _parts.Models.ToOptions());
        foreach (var model in registry.Models) Tell(Seen(model, null));
        foreach (var refused in registry.Refused) _log.LogWarning("Model {Name} is not loaded: {Reason}", refused.Name, refused.Reason);
        return registry;
    }
}
