using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Scheduling;

/// <summary>Colour benches at several stations with one spectrometer between them, and the colour match with what is to be tried there.</summary>
internal static class SharedCells
{
    private static readonly string[] Pumps = ["pump-cyan", "pump-magenta", "pump-yellow", "pump-water", "pump-waste"];

    /// <param name="more">Further keys.</param>
    public static IConfiguration Lab(int stations, params (string Key, string Value)[] more)
    {
        var keys = new Dictionary<string, string?> { ["Lab:Site"] = "bench-4" };
        var number = 0;
        foreach (var station in Enumerable.Range(0, stations).Select(station => ((char)('a' + station)).ToString()))
        {
            foreach (var pump in Pumps) Add($"{pump}-{station}", "new-era-ne1000", pump, station);
            Add($"stirrer-{station}", "ika-namur", "stirrer", station);
        }

        Add("spectrometer", "scpi-spectrometer", null, null);
        foreach (var (key, value) in more) keys[key] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(keys).Build();

        void Add(string name, string family, string? role, string? station)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"Instruments:{number++}");
            (keys[$"{at}:Name"], keys[$"{at}:Family"], keys[$"{at}:Connection"]) = (name, family, "simulated");
            if (family == "new-era-ne1000") keys[$"{at}:Settings:diameter"] = "26.59";
            if (role is not null) (keys[$"{at}:Role"], keys[$"{at}:Station"]) = (role, station);
        }
    }

    /// <param name="measure">Further keys of the step that measures, such as <c>within: 20 s</c>.</param>
    public static CampaignPlan ColourMatch(int trials, int parallel, int averages = 8, string measure = "", string name = "colour-match")
    {
        var file = Repository.At("campaigns", "colour-match.yaml");
        var text = File.ReadAllText(file).Replace("campaign: colour-match", $"campaign: {name}", StringComparison.Ordinal).Replace("reached: 2.0", "reached: 0.0001", StringComparison.Ordinal)
            .Replace("averages: 8", $"averages: {averages}", StringComparison.Ordinal).Replace("  - step: measure\n", $"  - step: measure\n{string.Concat(measure.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(key => $"    {key}\n"))}", StringComparison.Ordinal);
        return CampaignFile.Parse(text, file).With(planner: "sobol", trials: trials, parallel: parallel);
    }
}
