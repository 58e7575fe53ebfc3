using System.Text.Json;

namespace LabAutomation.Simulators.Robots;

/// <summary>The commands that the simulated robot takes, and what their parameters must have.</summary>
internal static class RobotCommands
{
    private static readonly Dictionary<string, (string[] Texts, string[] Numbers)> Known = new(StringComparer.Ordinal)
    {
        ["home"] = ([], []),
        ["loadLabware"] = (["loadName", "namespace"], ["version"]),
        ["loadPipette"] = (["pipetteName", "mount"], []),
        ["pickUpTip"] = (["pipetteId", "labwareId", "wellName"], []),
        ["aspirate"] = (["pipetteId", "labwareId", "wellName"], ["volume", "flowRate"]),
        ["dispense"] = (["pipetteId", "labwareId", "wellName"], ["volume", "flowRate"]),
        ["dropTip"] = (["pipetteId", "labwareId", "wellName"], []),
        ["dropTipInPlace"] = (["pipetteId"], []),
        ["unsafe/dropTipInPlace"] = (["pipetteId"], []),
        ["moveToAddressableAreaForDropTip"] = (["pipetteId", "addressableAreaName"], []),
    };

    /// <summary>What is wrong with the body of a command; null where it can be taken.</summary>
    public static string? Check(string type, JsonElement parameters)
    {
        if (!Known.TryGetValue(type, out var known)) return $"commandType: there is no '{type}'";
        if (parameters.ValueKind != JsonValueKind.Object) return "params: field required";
        foreach (var text in known.Texts)
        {
            if (!parameters.TryGetProperty(text, out var value) || value.ValueKind != JsonValueKind.String) return $"params.{text}: str type expected";
        }

        foreach (var number in known.Numbers)
        {
            if (!parameters.TryGetProperty(number, out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var it) || !(it > 0) || it > 1e6) return $"params.{number}: must be greater than 0";
        }

        return type != "loadLabware" || (parameters.TryGetProperty("location", out var location) && location.ValueKind == JsonValueKind.Object
            && location.TryGetProperty("slotName", out var slot) && slot.ValueKind == JsonValueKind.String) ? null : "params.location: field required";
    }
}
