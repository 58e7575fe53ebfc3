using System.Globalization;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using LabAutomation.Lab.Commands;
using LabAutomation.Lab.Display;
using LabAutomation.Models;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Lab.Reasoning;

/// <summary>
/// What campaigns are held against before anything runs: what the lab's instruments offer, and the virtual lab. Where all instruments are simulated they are asked in the virtual
/// lab, so that a campaign may run meanwhile; others are asked where they are.
/// </summary>
internal sealed class PlanBench(Settings settings, Func<CancellationToken, Task<LabSession>> open) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CampaignForecast> _forecasts = new(StringComparer.Ordinal);
    private VirtualBench? _virtual;
    private Offer? _offer;

    /// <exception cref="LabException">The lab does not come up.</exception>
    public IReadOnlyCollection<Birth> Instruments => Offered.Births;

    public LabStations Stations => Offered.Stations;

    private Offer Offered
    {
        get
        {
            lock (_lock) return _offer ??= Find();
        }
    }

    public IReadOnlyList<Problem> Check(CampaignPlan plan) => plan.Check(Offered.Births, Offered.Models, Offered.Stations);

    /// <summary>The plan in the virtual lab, as <c>lab simulate</c> runs it.</summary>
    /// <exception cref="LabException">An instrument is not simulated.</exception>
    public CampaignForecast Simulate(CampaignPlan plan, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_forecasts.TryGetValue(plan.Sha256, out var known)) return known;
            using var bench = VirtualBench.Open(settings);
            var laboratory = bench.Lab.Laboratory;
            var isAborted = false;
            laboratory.CampaignChanged += _ =>
            {
                if (isAborted || !cancellation.IsCancellationRequested) return;
                isAborted = true;
                laboratory.Abort("nobody waits for the forecast any more");
            };
            var state = bench.Lab.Run(plan);
            cancellation.ThrowIfCancellationRequested();
            var use = SimulatedUse.Of([state], state.Spent, laboratory.Stations.For(plan).Instruments, EffectLedger.ReadAll(Path.Combine(bench.Folder, "devices")));
            return _forecasts[plan.Sha256] = new CampaignForecast(
                Wording.Goal(plan), Wording.Phase(state), state.End?.End is CampaignEnd.GoalReached,
                state.Trials.Count(trial => trial.Outcome is not null), state.Trials.Count(trial => trial.Outcome is TrialOutcome.Failed), state.Spent,
                state.Best is { } best ? string.Create(CultureInfo.InvariantCulture, $"trial {best.Number}  {Wording.Recipe(best)}  {Wording.Outcome(plan, best.Outcome)}") : null,
                use.Where(one => one.Dispensed > 0).ToDictionary(one => one.Instrument, one => one.Dispensed));
        }
    }

    public void Dispose() => _virtual?.Dispose();

    private Offer Find()
    {
        try
        {
            var bench = _virtual = VirtualBench.Open(settings);
            return Of(bench.Lab.Run(lab => lab.InstrumentsAsync(CancellationToken.None)), bench.Lab.Laboratory);
        }
        catch (LabException error) when (error.Fault is LabFault.Configuration)
        {
            return AskAsync().GetAwaiter().GetResult();
        }
    }

    private async Task<Offer> AskAsync()
    {
        await using var session = await open(CancellationToken.None);
        return Of(await session.Laboratory.InstrumentsAsync(CancellationToken.None), session.Laboratory);
    }

    private static Offer Of(IReadOnlyList<InstrumentView> views, Laboratory lab) => new([.. views.Select(view => view.Birth)], lab.Stations, lab.Models);

    private sealed record Offer(IReadOnlyCollection<Birth> Births, LabStations Stations, Lazy<ModelRegistry> Models);
}

/// <summary>A virtual lab of the configuration with a record of its own, gone when it is closed.</summary>
internal sealed class VirtualBench : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lab-plan-");

    private VirtualBench(Settings settings)
    {
        var keys = new ConfigurationBuilder().AddConfiguration(settings.Configuration).AddInMemoryCollection([new("Lab:DataDirectory", _folder.FullName)]);
        try
        {
            Lab = VirtualLaboratory.Of(keys.Build(), settings.Families);
        }
        catch
        {
            _folder.Delete(recursive: true);
            throw;
        }
    }

    public VirtualLaboratory Lab { get; }

    public string Folder => _folder.FullName;

    /// <exception cref="LabException">An instrument is not simulated.</exception>
    public static VirtualBench Open(Settings settings) => new(settings);

    public void Dispose()
    {
        Lab.Dispose();
        _folder.Delete(recursive: true);
    }
}
