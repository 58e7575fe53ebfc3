using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Simulators.Faults;
using LabAutomation.SystemTests.Lab;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>The lab's bands for properties, in a room that becomes too warm for a campaign that says nothing about it; in virtual time.</summary>
public sealed class SuspenderConfigurationTests
{
    private const string Key = "Key";

    private static readonly (string, string?)[] Warm = [("Suspenders:0:Instrument", "room"), ("Suspenders:0:Property", "temperature"), ("Suspenders:0:High", "24 °C")];

    [Fact]
    [Trait(Key, "Suspenders:N:Instrument")]
    [Trait(Key, "Suspenders:N:Property")]
    [Trait(Key, "Suspenders:N:High")]
    public void A_campaign_that_says_nothing_of_it_is_suspended_while_the_lab_is_too_warm()
    {
        var record = Run(Warm);

        ((CampaignSuspended)record.Single(entry => entry.Event is CampaignSuspended).Event).Reason.Should().StartWith("temperature of room is 2").And.EndWith("and should be at most 24 °C");
        record.Should().Contain(entry => entry.Event is CampaignEnded, "it goes on by itself");
        Run([]).Should().NotContain(entry => entry.Event is CampaignSuspended);
    }

    [Fact]
    [Trait(Key, "Suspenders:N:For")]
    public void It_goes_on_when_it_has_been_back_for_as_long_as_the_lab_says() => (Rest([.. Warm, ("Suspenders:0:For", "1800")]) - Rest(Warm)).Should().BeCloseTo(TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(1));

    [Fact]
    [Trait(Key, "Suspenders:N:Low")]
    public void A_band_may_have_a_low_end() => Run([.. Warm.Take(2), ("Suspenders:0:Low", "300 K"), ("Suspenders:0:For", "0")]).Should().Contain(entry => entry.Event is CampaignSuspended && ((CampaignSuspended)entry.Event).Reason.Contains("at least 300 K"));

    [Theory]
    [InlineData("Suspenders:0:High", null, "Suspenders:0: nothing can leave a band without ends*")]
    [InlineData("Suspenders:0:High", "warm", "Suspenders:0: High is 'warm'*")]
    [InlineData("Suspenders:0:Low", "2 mL", "Suspenders:0: Low is in mL and High in °C*")]
    [InlineData("Suspenders:0:Low", "25 °C", "Suspenders:0: High (24 °C) is not above Low (25 °C)*")]
    [InlineData("Suspenders:0:Instrument", "roof", "Suspenders:0: there is no instrument 'roof'; there are *room*")]
    [InlineData("Suspenders:0:For", "-1", "Suspenders:0: For is 0 to 604800 s*")]
    public void What_cannot_be_is_refused(string key, string? value, string complaint) =>
        FluentActions.Invoking(() => Run([.. Warm.Where(one => one.Item1 != key), .. value is null ? Array.Empty<(string, string?)>() : [(key, value)]])).Should().Throw<OptionsValidationException>().WithMessage($"*{complaint}");

    [Fact]
    public void A_property_that_the_instrument_does_not_have_is_refused_when_a_campaign_is_checked() =>
        FluentActions.Invoking(() => Run([.. Warm.Where(one => one.Item1 != "Suspenders:0:Property"), ("Suspenders:0:Property", "humour")])).Should().Throw<CampaignFileException>()
            .Which.Problems.Single().ToString().Should().StartWith("the lab's configuration, Suspenders: room has no property 'humour'");

    private static TimeSpan Rest((string, string?)[] keys)
    {
        var record = Run(keys);
        return record.Single(entry => entry.Event is CampaignContinued).At - record.Single(entry => entry.Event is CampaignSuspended).At;
    }

    private static IReadOnlyList<LedgerEntry> Run((string Key, string? Value)[] keys)
    {
        using var folder = new TemporaryFolder();
        var configuration = new ConfigurationBuilder().AddJsonFile(Path.Combine(LabProcess.Root, "appsettings.json")).AddInMemoryCollection(
        [
            new("Instruments:7:Name", "room"), new("Instruments:7:Family", "modbus-thermostat"), new("Instruments:7:Connection", "simulated"), new("Instruments:7:Settings:framing", "tcp"),
            .. keys.Select(key => KeyValuePair.Create(key.Key, key.Value)),
        ]).Build();
        var setup = new EpisodeSetup(CampaignFile.Load(LabProcess.ColourMatch).With(planner: "sobol", trials: 6), configuration);
        Episode.Run(setup, 1, [new Fault(FaultKind.Drift, TimeSpan.FromSeconds(30)) { On = "room", For = TimeSpan.FromMinutes(20), Amount = 6 }], folder.At("record")).Violations.Should().BeEmpty();
        using var ledger = Ledger.OpenForReading(Laboratory.LedgerIn(folder.At("record")));
        return ledger.Read();
    }
}
