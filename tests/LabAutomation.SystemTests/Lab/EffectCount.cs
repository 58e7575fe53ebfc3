using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.SystemTests.Lab;

/// <summary>What the simulated devices themselves say was done to them, against what the record says.</summary>
internal static class EffectCount
{
    /// <summary>Physical effects by kind, from the devices' own list.</summary>
    public static IReadOnlyDictionary<string, int> OfDevices(string data) =>
        EffectLedger.Read(Path.Combine(data, "devices")).GroupBy(effect => effect.Kind).ToDictionary(group => group.Key, group => group.Count());
}
