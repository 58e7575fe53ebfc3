using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LabAutomation.Testing;

/// <summary>
/// The colour bench with its drivers, broker and agents, for tests of campaigns: the lab that <c>lab run</c> starts, in the test's own
/// process and in a folder that is gone afterwards.
/// </summary>
/// <example><code>
/// await using var lab = await SimulatedLab.StartAsync(seed: 7);
/// var campaign = await lab.RunAsync("campaigns/colour-match.yaml");
/// </code></example>
public sealed class SimulatedLab : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly string _folder;

    private SimulatedLab(IHost host, string folder) => (_host, _folder, Laboratory) = (host, folder, host.Services.GetRequiredService<Laboratory>());

    public Laboratory Laboratory { get; }

    public Ledger Ledger => Laboratory.Ledger;

    /// <summary>What the devices say was done to them: their own list, independent of the ledger.</summary>
    public IReadOnlyList<Effect> Effects => EffectLedger.Read(Path.Combine(_folder, "devices"));

    /// <param name="seed">Of all noise and error in the devices.</param>
    /// <param name="speed">Lab seconds per second; 1 to 1000.</param>
    /// <exception cref="LabException">It does not come up.</exception>
    public static async Task<SimulatedLab> StartAsync(int seed = 1, double speed = 400, CancellationToken cancellation = default)
    {
        var folder = Directory.CreateTempSubdirectory("simulated-lab-").FullName;
        var host = LabHost.Build(new ConfigurationBuilder().AddInMemoryCollection(Keys(folder, seed, speed)).Build());
        var lab = new SimulatedLab(host, folder);
        try
        {
            await host.StartAsync(cancellation);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Checks a campaign file against the instruments and runs it until it ends or pauses.</summary>
    /// <exception cref="CampaignFileException">The file is wrong or does not fit.</exception>
    /// <exception cref="LabException">The lab cannot go on.</exception>
    public async Task<CampaignState> RunAsync(string file, int? trials = null, string? planner = null, CancellationToken cancellation = default)
    {
        var plan = CampaignFile.Load(file).With(planner: planner, trials: trials);
        await Laboratory.CheckAsync(plan, cancellation);
        return await Laboratory.RunAsync(Laboratory.Begin(plan), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static IEnumerable<KeyValuePair<string, string?>> Keys(string folder, int seed, double speed) =>
    [
        new("Lab:DataDirectory", folder),
        new("Simulation:Seed", seed.ToString(CultureInfo.InvariantCulture)),
        new("Simulation:Speed", speed.ToString(CultureInfo.InvariantCulture)),
        .. ColourBenchConfiguration.Keys,
    ];
}
