using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;
using LabAutomation.SystemTests.Bus;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>The drivers that come with the lab keep the contract, on every broker.</summary>
public sealed class ConformanceKitTests
{
    /// <summary>What differs from broker to broker, and from driver to driver.</summary>
    private static readonly int[] OnARealBroker = [1, 2, 3, 5, 9, 10, 11, 12, 13, 16, 21, 22, 26, 27, 30, 35, 39, 47, 49, 50];

    public static TheoryData<string> Families => [.. ConformingFamilies.Names];

    [SkippableTheory]
    [MemberData(nameof(Families))]
    public async Task Every_family_passes_on_the_embedded_broker(string family) =>
        await FamilyCheck.PassesAsync(family, ConformingFamilies.Setup(family, async _ => StageBroker.Over(await EmbeddedStage.OpenAsync())), OnARealBroker);

    [SkippableFact]
    public async Task A_family_passes_on_mosquitto() =>
        await FamilyCheck.PassesAsync("new-era-ne1000", ConformingFamilies.Setup("new-era-ne1000", async _ => StageBroker.Over(await MosquittoStage.OpenAsync())), OnARealBroker);
}
