using LabAutomation.Hosting;

namespace LabAutomation.Testing;

/// <summary>The instruments of the colour bench, as configuration.</summary>
internal static class ColourBenchConfiguration
{
    private static readonly (string Name, string Family)[] Instruments =
    [
        ("pump-cyan", "new-era-ne1000"), ("pump-magenta", "new-era-ne1000"), ("pump-yellow", "new-era-ne1000"), ("pump-water", "new-era-ne1000"),
        ("pump-waste", "new-era-ne1000"), ("stirrer", "ika-namur"), ("spectrometer", "scpi-spectrometer"),
    ];

    public static IEnumerable<KeyValuePair<string, string?>> Keys
    {
        get
        {
            for (var k = 0; k < Instruments.Length; k++)
            {
                yield return new($"Instruments:{k}:Name", Instruments[k].Name);
                yield return new($"Instruments:{k}:Family", Instruments[k].Family);
                yield return new($"Instruments:{k}:Connection", InstrumentOptions.Simulated);
                if (Instruments[k].Family == "new-era-ne1000") yield return new($"Instruments:{k}:Settings:diameter", "26.59");
            }
        }
    }
}
