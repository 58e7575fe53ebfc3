using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;
using LabAutomation.SystemTests.Bus;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>The drivers that come with the lab keep the contract, on every broker.</summary>
public sealed class ConformanceKitTests
{
    /// <summary>Those that a family cannot be asked: none of its commands has a parameter, or gives bulk data; locks are to come.</summary>
    private static readonly int[] MayNotApply = [22, 23, 36, 47];

    /// <summary>What differs from broker to broker, and from driver to driver.</summary>
    private static readonly int[] OnARealBroker = [1, 2, 3, 5, 9, 10, 11, 12, 13, 16, 21, 22, 26, 27, 30, 35, 39, 47, 49, 50];

    [Fact]
    public async Task A_good_driver_passes_everything_that_applies()
    {
        var verdicts = await CheckAsync("scpi-spectrometer", ConformingFamilies.Setup("scpi-spectrometer"), []);

        verdicts.Should().HaveCount(52);
    }

    [SkippableTheory]
    [InlineData("new-era-ne1000")]
    [InlineData("ika-namur")]
    [InlineData("scpi-spectrometer")]
    [InlineData("mettler-mtsics")]
    [InlineData("modbus-thermostat")]
    [InlineData("scpi-smu")]
    [InlineData("opentrons-http")]
    [InlineData("http-imager")]
    public async Task Every_family_passes_on_the_embedded_broker(string family) =>
        await CheckAsync(family, ConformingFamilies.Setup(family, async _ => StageBroker.Over(await EmbeddedStage.OpenAsync())), OnARealBroker);

    [SkippableFact]
    public async Task A_family_passes_on_mosquitto() =>
        await CheckAsync("new-era-ne1000", ConformingFamilies.Setup("new-era-ne1000", async _ => StageBroker.Over(await MosquittoStage.OpenAsync())), OnARealBroker);

    private static async Task<IReadOnlyList<ConformanceVerdict>> CheckAsync(string family, InProcessSetup setup, int[] ids)
    {
        var kit = new ConformanceKit(() => InProcessHarness.OpenAsync(setup), ConformingFamilies.SampleOf(family));

        var verdicts = await kit.CheckAsync(ids);

        verdicts.Where(verdict => verdict.Failed).Should().BeEmpty();
        verdicts.Where(verdict => verdict.Outcome == ConformanceOutcome.DoesNotApply).Select(verdict => verdict.Id).Should().BeSubsetOf(MayNotApply);
        return verdicts;
    }
}
