using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Simulators.Faults;
using LabAutomation.Testing;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Campaigns.Suspension;

/// <summary>A colour match in a room that becomes too warm, in virtual time.</summary>
public sealed class WarmRoomTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("warm-").FullName, "record");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public void A_campaign_is_suspended_while_it_is_too_warm_and_goes_on_when_it_has_been_cool_for_five_minutes()
    {
        var text = File.ReadAllText(Repository.At("campaigns", "colour-match.yaml")) + "\nsuspend:\n  - { instrument: room, property: temperature, high: 24 °C }\n";
        var setup = new EpisodeSetup(CampaignFile.Parse(text, "colour-match.yaml").With(planner: "sobol", trials: 8), new ConfigurationBuilder().AddInMemoryCollection(
        [
            .. ColourBenchConfiguration.Keys, new("Instruments:7:Name", "room"), new("Instruments:7:Family", "modbus-thermostat"), new("Instruments:7:Connection", "simulated"), new("Instruments:7:Settings:framing", "tcp"),
        ]).Build());

        var end = Episode.Run(setup, 1, [new Fault(FaultKind.Drift, TimeSpan.FromSeconds(30)) { On = "room", For = TimeSpan.FromMinutes(20), Amount = 6 }], _folder);

        end.Violations.Should().BeEmpty();
        end.State!.Trials.Should().HaveCount(8).And.OnlyContain(trial => trial.Outcome is TrialOutcome.Measured);
        using var ledger = Ledger.OpenForReading(Laboratory.LedgerIn(_folder));
        var record = ledger.Read();
        var suspended = record.Should().ContainSingle(entry => entry.Event is CampaignSuspended).Which;
        var continued = record.Should().ContainSingle(entry => entry.Event is CampaignContinued).Which;
        ((CampaignSuspended)suspended.Event).Reason.Should().StartWith("temperature of room is 2").And.EndWith("and should be at most 24 °C");
        (continued.At - suspended.At).Should().BeGreaterThan(TimeSpan.FromMinutes(20));
        record.Where(entry => entry.Event is ActionIntended && entry.At > suspended.At && entry.At < continued.At).Should().BeEmpty("a step begins as a whole");
        (record[^1].At - record[0].At - end.State.Spent).Should().BeCloseTo(continued.At - suspended.At, TimeSpan.FromSeconds(5));
    }
}
