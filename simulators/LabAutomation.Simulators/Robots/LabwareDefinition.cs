using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LabAutomation.Simulators.Robots;

/// <summary>What a load name tells about the labware: <c>nest_96_wellplate_200ul_flat</c> has 96 wells. Reservoirs come filled, plates come empty.</summary>
internal sealed partial record LabwareDefinition(string LoadName, int Rows, int Columns)
{
    public bool IsTipRack => LoadName.Contains("tiprack", StringComparison.Ordinal);

    /// <summary>µL in each well as it comes.</summary>
    public double Filling => LoadName.Contains("reservoir", StringComparison.Ordinal) ? 10_000 : 0;

    /// <summary>Column by column, as the definition's <c>ordering</c>.</summary>
    public IEnumerable<IEnumerable<string>> Ordering => Enumerable.Range(1, Columns)
        .Select(column => Enumerable.Range(0, Rows).Select(row => string.Create(CultureInfo.InvariantCulture, $"{(char)('A' + row)}{column}")));

    public static LabwareDefinition? Of(string loadName)
    {
        var match = WellCount().Match(loadName);
        if (!match.Success) return null;
        var count = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        (int Rows, int Columns)? shape = loadName.Contains("reservoir", StringComparison.Ordinal)
            ? (1, count)
            : count switch { 1 => (1, 1), 6 => (2, 3), 12 => (3, 4), 24 => (4, 6), 48 => (6, 8), 96 => (8, 12), 384 => (16, 24), _ => null };
        return shape is { Columns: <= 24 } it ? new LabwareDefinition(loadName, it.Rows, it.Columns) : null;
    }

    public int IndexOf(string well) => Ordering.SelectMany(column => column).ToList().IndexOf(well);

    public JsonNode ToJson() => new JsonObject
    {
        ["parameters"] = new JsonObject { ["loadName"] = LoadName, ["isTiprack"] = IsTipRack },
        ["ordering"] = new JsonArray([.. Ordering.Select(column => (JsonNode)new JsonArray([.. column.Select(well => (JsonNode)well)]))]),
    };

    [GeneratedRegex(@"_(\d{1,3})_")]
    private static partial Regex WellCount();
}
