using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Reasoning;

/// <summary>What of a lab's configuration a person who approves a run relies on.</summary>
public sealed class ConfigurationFingerprintTests
{
    private static readonly (string Key, string Value)[] Configured =
    [
        ("Lab:Site", "roof"),
        ("Instruments:0:Name", "pump-cyan"), ("Instruments:0:Family", "new-era-ne1000"), ("Instruments:0:Connection", "simulated"), ("Instruments:0:Limits:0", "dispense.volume <= 5 mL"),
        ("Instruments:1:Name", "stirrer"), ("Instruments:1:Family", "ika-namur"), ("Instruments:1:Connection", "simulated"),
        ("Locations:0:Name", "rack"), ("Locations:0:Positions", "1-4"),
        ("Consumables:0:Name", "cyan"), ("Consumables:0:Unit", "mL"), ("Consumables:0:OnHand", "50"), ("Consumables:0:Capacity", "60"), ("Consumables:0:DrawnBy:0", "pump-cyan"),
    ];

    [Theory]
    [InlineData("Lab:Site", "cellar", "site has")]
    [InlineData("Broker:Host", "other.example", "broker has")]
    [InlineData("Models:Folder", "elsewhere", "models have")]
    [InlineData("Instruments:0:Limits:0", "dispense.volume <= 9 mL", "instruments have changed since it was asked for (pump-cyan)")]
    [InlineData("Instruments:0:Settings:diameter", "30", "instruments have changed since it was asked for (pump-cyan)")]
    [InlineData("Instruments:0:Connection", "tcp:127.0.0.1:9", "instruments have changed since it was asked for (pump-cyan)")]
    [InlineData("Instruments:1:RequiresInterlock", "true", "instruments have changed since it was asked for (stirrer)")]
    [InlineData("Instruments:1:Name", "stirrer-2", "instruments have changed since it was asked for (stirrer, stirrer-2)")]
    [InlineData("Instruments:2:Name", "eye", "instruments have changed since it was asked for (eye)")]
    [InlineData("Locations:0:Positions", "1-5", "locations have changed since it was asked for (rack)")]
    [InlineData("Transports:0:Instrument", "arm", "transports have changed since it was asked for (arm)")]
    [InlineData("Consumables:0:Capacity", "70", "consumables have changed since it was asked for (cyan)")]
    [InlineData("Errors:0:Do", "skip", "error rules have")]
    [InlineData("Suspenders:0:High", "30 °C", "suspenders have")]
    public void An_edit_is_told_by_its_part(string key, string value, string words) => Of((key, value)).ChangedSince(Of().Parts).Should().StartWith("the lab's ").And.Contain(words);

    [Theory]
    [InlineData("Simulation:Speed", "7")]
    [InlineData("Lab:InstrumentWait", "20")]
    [InlineData("Lab:DataDirectory", "elsewhere")]
    public void What_matters_to_no_run_is_no_part_of_it(string key, string value) => Of((key, value)).ChangedSince(Of().Parts).Should().BeNull();

    [Fact]
    public void Another_order_of_the_same_instruments_is_the_same_lab()
    {
        var turned = Configured.Select(pair => (pair.Key.StartsWith("Instruments:", StringComparison.Ordinal) ? $"Instruments:{1 - (pair.Key[12] - '0')}{pair.Key[13..]}" : pair.Key, pair.Value)).ToArray();

        Read(turned).Should().Be(Read(Configured));
    }

    private static LabFingerprint Of(params (string Key, string Value)[] edits) => Read([.. Configured.Where(pair => edits.All(edit => edit.Key != pair.Key)), .. edits]);

    private static LabFingerprint Read((string Key, string Value)[] keys)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(keys.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();
        var (lab, broker, list, models) = (new LabOptions(), new BrokerOptions(), new InstrumentListOptions(), new ModelHostOptions());
        configuration.GetSection(LabOptions.Section).Bind(lab);
        configuration.GetSection(BrokerOptions.Section).Bind(broker);
        configuration.GetSection(ModelHostOptions.Section).Bind(models);
        LabHost.ReadInstruments(configuration, list);
        return ConfigurationFingerprint.Of(lab, broker, list, models);
    }
}
