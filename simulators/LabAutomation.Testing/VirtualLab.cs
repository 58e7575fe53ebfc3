using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Testing;

/// <summary>
/// A campaign in a whole lab under virtual time, for tests: drivers, agents, planner and record are those of the real lab, and days pass in
/// seconds. The same file and seed give the same record, hash for hash.
/// </summary>
/// <example><code>
/// await using var lab = VirtualLab.From("campaigns/colour-match.yaml", seed: 7);
/// var campaign = await lab.RunAsync();
/// </code></example>
public sealed class VirtualLab : IAsyncDisposable
{
    private readonly VirtualLaboratory _lab;
    private readonly string _folder;
    private readonly CampaignPlan _plan;

    private VirtualLab(VirtualLaboratory lab, string folder, CampaignPlan plan) => (_lab, _folder, _plan) = (lab, folder, plan);

    /// <summary>The lab's record; there once a campaign has run.</summary>
    public Ledger Ledger => _lab.Laboratory.Ledger;

    /// <summary>What the devices say was done to them: their own list, independent of the ledger.</summary>
    public IReadOnlyList<Effect> Effects => EffectLedger.ReadAll(Path.Combine(_folder, "devices"));

    /// <summary>The instruments as the agents see them now, by their names: birth with commands and properties, state, and the latest values. The lab comes up where nothing has run in it yet.</summary>
    public IReadOnlyDictionary<string, InstrumentView> Instruments =>
        _lab.Run(async lab => await lab.InstrumentsAsync(CancellationToken.None)).ToDictionary(view => view.Birth.Instrument, StringComparer.Ordinal);

    /// <summary>By which calls another thread first took part; null in a run that is the same each time.</summary>
    public string? FirstFromOutside => _lab.Loop.FirstFromOutside;

    /// <summary>Virtual time since the lab began.</summary>
    public TimeSpan Elapsed => _lab.Loop.Clock.Elapsed;

    /// <summary>The hash of the record's last entry: the same for every run of the same campaign, seed and version.</summary>
    public string LedgerHash => Ledger.Read()[^1].Hash;

    /// <param name="campaign">The file.</param>
    /// <param name="seed">Of planner and devices; the file's own and 1 unless given.</param>
    /// <param name="planner">Instead of the one in the file, as <c>lab run --planner</c>.</param>
    /// <param name="trials">Most trials, instead of those in the file.</param>
    /// <param name="parallel">Trials under way at once, instead of those in the file; 0 for one at each station.</param>
    /// <param name="configuration">appsettings.json of a lab whose instruments are all simulated; the colour bench unless given.</param>
    /// <param name="families">With drivers and simulated devices of your own; those that come with the lab unless given.</param>
    /// <param name="constants">Other values for constants of the file, as <c>lab run --with</c>.</param>
    /// <exception cref="CampaignFileException">The file is wrong.</exception>
    /// <exception cref="LabException">The configuration is wrong.</exception>
    public static VirtualLab From(string campaign, int? seed = null, string? configuration = null, string? planner = null, int? trials = null, int? parallel = null,
        InstrumentFamilies? families = null, IReadOnlyDictionary<string, string>? constants = null)
    {
        var plan = CampaignFile.Load(campaign, constants).With(seed, planner, trials, parallel);
        var folder = Directory.CreateTempSubdirectory("virtual-lab-").FullName;
        try
        {
            var keys = Keys(configuration).AddInMemoryCollection([new("Lab:DataDirectory", folder)]);
            if (seed is not null) keys.AddInMemoryCollection([new("Simulation:Seed", seed.Value.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
            return new VirtualLab(VirtualLaboratory.Of(keys.Build(), families), folder, plan);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>A whole campaign while things go wrong: program ends and starts again, a person does what people do, and the oracles look whether a promise was broken.</summary>
    /// <param name="faults">A fault file, see docs/reference/chaos.md.</param>
    /// <inheritdoc cref="From"/>
    /// <example><code>
    /// var end = VirtualLab.RunUnder("faults.yaml", "campaigns/colour-match.yaml", seed: 7, planner: "sobol", trials: 4);
    /// end.Violations.Should().BeEmpty();
    /// end.NeverHappened.Should().BeEmpty();
    /// </code></example>
    public static EpisodeEnd RunUnder(string faults, string campaign, int seed = 1, string? configuration = null, string? planner = null, int? trials = null, int? parallel = null,
        InstrumentFamilies? families = null, IReadOnlyDictionary<string, string>? constants = null)
    {
        var setup = new EpisodeSetup(CampaignFile.Load(campaign, constants).With(seed, planner, trials, parallel), Keys(configuration).Build(), families);
        return Episode.Run(setup, seed, FaultFile.Load(faults, Subjects.Of(setup)));
    }

    private static IConfigurationBuilder Keys(string? configuration)
    {
        var keys = new ConfigurationBuilder();
        return configuration is not null ? keys.AddJsonFile(Path.GetFullPath(configuration)) : keys.AddInMemoryCollection(ColourBenchConfiguration.Keys);
    }

    /// <summary>Runs the campaign until it ends or pauses. It has ended when this returns: the calling thread does all the work, so that a time limit of the test needs <paramref name="cancellation"/>.</summary>
    /// <exception cref="CampaignFileException">The file does not fit the instruments.</exception>
    /// <exception cref="Simulators.Time.StalledException">It waits for what nobody will do; the message says who waits for whom.</exception>
    /// <exception cref="OperationCanceledException">Somebody wanted it to end.</exception>
    public Task<CampaignState> RunAsync(CancellationToken cancellation = default) => Task.FromResult(_lab.Run(_plan, cancellation: cancellation));

    public ValueTask DisposeAsync()
    {
        _lab.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
