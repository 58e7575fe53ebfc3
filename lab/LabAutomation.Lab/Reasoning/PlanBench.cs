using System.Globalization;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Forecasts;
using LabAutomation.Lab.Commands;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reports;
using LabAutomation.Models;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Lab.Reasoning;

/// <summary>
/// What campaigns are held against before anything runs: what the lab's instruments offer, and the virtual lab. Where all instruments are simulated they are asked in the virtual
/// lab, so that a campaign may run meanwhile; others are asked where they are. All of it is asked again when the configuration has changed.
/// </summary>
internal sealed class PlanBench(CurrentSettings settings, Func<CancellationToken, Task<LabSession>> open) : IDisposable
{
    private readonly Lock _lock = new();
    /// <summary>Forecasts at the same time: a long one of one client does not hold up the next.</summary>
    private const int AtOnce = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _simulating = new(AtOnce, AtOnce);
    private readonly Dictionary<string, CampaignForecast> _forecasts = new(StringComparer.Ordinal);
    private VirtualBench? _virtual;
    private (SettingsReading Of, Offer Offer)? _offered;
    private SettingsReading? _forecastOf;

    /// <exception cref="LabException">The lab does not come up.</exception>
    public IReadOnlyCollection<Birth> Instruments => Offered.Births;

    public LabStations Stations => Offered.Stations;

    private Offer Offered
    {
        get
        {
            lock (_lock)
            {
                var reading = settings.Reading;
                if (_offered is { } known && ReferenceEquals(known.Of, reading)) return known.Offer;
                var offer = Find(settings.Now);
                _offered = (reading, offer);
                return offer;
            }
        }
    }

    public IReadOnlyList<Problem> Check(CampaignPlan plan) => plan.Check(Offered.Births, Offered.Models, Offered.Stations);

    /// <summary>The plan in the virtual lab, as <c>lab simulate</c> runs it; simulated devices take the place of real ones, as in <c>lab forecast</c>.</summary>
    /// <exception cref="LabException">Another program drives an instrument.</exception>
    public CampaignForecast Simulate(CampaignPlan plan, CancellationToken cancellation)
    {
        // Whoever is told to stop waits no longer for the others.
        _simulating.Wait(cancellation);
        try
        {
            var reading = settings.Reading;
            if (Known(reading, plan) is { } known) return known;
            var now = settings.Now;
            using var bench = VirtualBench.Open(now, SimulatedInstruments.Of(now.Configuration));
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
            return Keep(reading, plan, new CampaignForecast(
                Wording.Goal(plan), Wording.Phase(state), state.End?.End is CampaignEnd.GoalReached,
                state.Trials.Count(trial => trial.Outcome is not null), state.Trials.Count(trial => trial.Outcome is TrialOutcome.Failed), state.Spent,
                state.Best is { } best ? string.Create(CultureInfo.InvariantCulture, $"trial {best.Number}  {Wording.Recipe(best)}  {Wording.Outcome(plan, best.Outcome)}") : null,
                use.Where(one => one.Dispensed > 0).ToDictionary(one => one.Instrument, one => one.Dispensed)));
        }
        finally
        {
            _simulating.Release();
        }
    }

    private CampaignForecast? Known(SettingsReading reading, CampaignPlan plan)
    {
        lock (_forecasts)
        {
            if (!ReferenceEquals(reading, _forecastOf)) _forecasts.Clear();
            _forecastOf = reading;
            return _forecasts.GetValueOrDefault(plan.Sha256);
        }
    }

    private CampaignForecast Keep(SettingsReading reading, CampaignPlan plan, CampaignForecast forecast)
    {
        lock (_forecasts)
        {
            if (ReferenceEquals(reading, _forecastOf)) _forecasts[plan.Sha256] = forecast;
            return forecast;
        }
    }

    /// <summary>What tools can ask of the lab of a data directory.</summary>
    /// <param name="documents">Texts that the person gave, by name.</param>
    public LabView View(string directory, Func<CampaignPlan, CancellationToken, Task<ReadyCampaign>> ready, IReadOnlyDictionary<string, string> documents)
    {
        var path = Laboratory.LedgerIn(directory);
        return new LabView(Open, () => Instruments, Check, Simulate, ReadyAsync, Report, documents) { Stations = () => Stations };

        async Task<ReadyCampaign> ReadyAsync(CampaignPlan plan, CancellationToken cancellation)
        {
            try
            {
                var campaign = await ready(plan, cancellation);
                return new ReadyCampaign(campaign.Facts, campaign.Lab, campaign.Begin, () =>
                {
                    Forget();
                    return campaign.DisposeAsync();
                });
            }
            catch (NotReadyException error) when (error.InnerException is CampaignFileException)
            {
                Forget();
                throw;
            }
        }

        Ledger? Open() => Ledger.Exists(path) ? Ledger.OpenForReading(path) : null;

        string Report(string campaign)
        {
            using var ledger = Ledger.OpenForReading(path);
            return ReportText.Write(ReportSource.Read(ledger, CampaignRecord.Find(ledger, campaign)));
        }
    }

    /// <summary>A forecast for which nobody waits any more has a folder to clear, and soon comes to its end.</summary>
    public void Dispose()
    {
        for (var k = 0; k < AtOnce; k++) _simulating.Wait(Patience);
        _virtual?.Dispose();
    }

    /// <summary>What real instruments offer may be another than when they were asked: a run that did not begin has seen them since.</summary>
    private void Forget()
    {
        lock (_lock)
            if (_virtual is null) _offered = null;
    }

    private Offer Find(Settings now)
    {
        _virtual?.Dispose();
        _virtual = null;
        if (!now.AllSimulated) return AskAsync().GetAwaiter().GetResult();
        var bench = _virtual = VirtualBench.Open(now, []);
        return Of(bench.Lab.Run(lab => lab.InstrumentsAsync(CancellationToken.None)), bench.Lab.Laboratory);
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

    private VirtualBench(Settings settings, IEnumerable<KeyValuePair<string, string?>> otherwise)
    {
        var keys = new ConfigurationBuilder().AddConfiguration(settings.Configuration).AddInMemoryCollection([.. otherwise, new("Lab:DataDirectory", _folder.FullName)]);
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

    /// <param name="otherwise">Keys that are otherwise than in the settings.</param>
    /// <exception cref="LabException">An instrument is not simulated.</exception>
    public static VirtualBench Open(Settings settings, IEnumerable<KeyValuePair<string, string?>> otherwise) => new(settings, otherwise);

    public void Dispose()
    {
        Lab.Dispose();
        _folder.Delete(recursive: true);
    }
}
