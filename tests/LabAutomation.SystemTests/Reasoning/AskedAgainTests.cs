using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using LabAutomation.Lab.Commands;
using LabAutomation.Lab.Reasoning;
using LabAutomation.SystemTests.Lab;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.SystemTests.Reasoning;

/// <summary>Instruments that are not simulated are asked what they offer, and asked again when a run that did not begin has seen them.</summary>
public sealed class AskedAgainTests
{
    [Fact]
    public async Task A_run_that_did_not_begin_has_instruments_asked_anew_and_one_that_did_has_not()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(LabProcess.Root, "appsettings.json");
        var opened = 0;
        using var bench = new PlanBench(new CurrentSettings(file, () => Read(("Instruments:0:Connection", "tcp://127.0.0.1:9"), ("Simulation:Speed", "1"))), OpenAsync);
        var plan = Agents.Campaigns.CampaignFile.Parse(Scripts.Campaign, "a.yaml");
        LabSession? running = null;
        var view = bench.View(folder.At("data"), (_, stop) => LabSession.ReadyAsync(OpenAsync, plan, (lab, authorised) => new BegunCampaign((running = lab).Laboratory.Begin(plan, authorised), "later"), _ => { }, stop), new Dictionary<string, string>());

        view.Instruments().Should().HaveCount(7);
        view.Instruments();
        opened.Should().Be(1, "they were asked already");
        await (await view.Ready(plan, default)).DisposeAsync();
        view.Instruments();
        opened.Should().Be(3, "once for the run, and once again since");
        var campaign = await view.Ready(plan, default);
        campaign.Begin(new CampaignAuthorised("planner", "ada", "ask-1", null, null)).Id.Should().Be("quick-match-1");
        await campaign.DisposeAsync();
        view.Instruments();
        opened.Should().Be(4, "the lab is the campaign's now");
        await running!.DisposeAsync();

        Task<LabSession> OpenAsync(CancellationToken cancellation)
        {
            opened++;
            return LabSession.OpenAsync(Read(("Lab:DataDirectory", folder.At($"data-{opened}"))), cancellation);
        }

        Settings Read(params (string Key, string Value)[] keys) =>
            new(new ConfigurationBuilder().AddJsonFile(file).AddInMemoryCollection(keys.Select(key => KeyValuePair.Create<string, string?>(key.Key, key.Value))).Build(), InstrumentFamilies.BuiltIn) { File = file };
    }
}
