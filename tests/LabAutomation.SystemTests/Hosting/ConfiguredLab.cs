using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.SystemTests.Lab;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>A lab of the repository's appsettings.json with some keys changed, in this process.</summary>
internal sealed class ConfiguredLab : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IHost _host;

    private ConfiguredLab(IEnumerable<(string Key, string? Value)> changes)
    {
        var file = new ConfigurationBuilder().AddJsonFile(Path.Combine(LabProcess.Root, "appsettings.json")).Build();
        var keys = file.AsEnumerable().Where(pair => pair.Value is not null).ToDictionary(StringComparer.OrdinalIgnoreCase);
        keys["Lab:DataDirectory"] = _folder.At("record");
        keys["Simulation:Speed"] = "300";
        foreach (var (key, value) in changes)
        {
            if (value is not null) keys[key] = value;
            else foreach (var gone in keys.Keys.Where(one => one == key || one.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase)).ToArray()) keys.Remove(gone);
        }

        _host = LabHost.Build(new ConfigurationBuilder().AddInMemoryCollection(keys).Build());
    }

    public Laboratory Laboratory => _host.Services.GetRequiredService<Laboratory>();

    /// <param name="changes">Null takes a key away, with all that is below it.</param>
    public static async Task<ConfiguredLab> StartAsync(params (string Key, string? Value)[] changes)
    {
        var lab = new ConfiguredLab(changes);
        try
        {
            await lab._host.StartAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    public T Options<T>() where T : class => _host.Services.GetRequiredService<IOptions<T>>().Value;

    public async Task<IReadOnlyList<string>> InstrumentsAsync() =>
        [.. (await Laboratory.InstrumentsAsync(CancellationToken.None)).Select(view => view.Birth.Instrument)];

    /// <summary>The colour-match campaign, two trials of it.</summary>
    public async Task<CampaignState> RunAsync()
    {
        var text = File.ReadAllText(LabProcess.ColourMatch).Replace("trials: 40", "trials: 2", StringComparison.Ordinal);
        var plan = CampaignFile.Load(_folder.Write("short.yaml", text));
        await Laboratory.WaitForInstrumentsAsync(plan.Instruments, CancellationToken.None);
        return await Laboratory.RunAsync(Laboratory.Begin(plan), CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _folder.Dispose();
    }
}
