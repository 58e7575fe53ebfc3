using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>The commands that one action is made of, put into its run. Nothing here moves the robot.</summary>
internal sealed class OpentronsSteps(OpentronsLink link, OpentronsOptions options, string run, ActionId action, bool isFlex)
{
    private readonly List<string> _keys = [];

    /// <summary>Whether the commands of a run leave a tip on the pipette, as far as they were carried out. One that was broken off may have taken it.</summary>
    public static bool HasTip(IEnumerable<RobotCommand> commands)
    {
        var last = commands.LastOrDefault(command => IsDrop(command) ? command.Status == "succeeded" : command.CommandType == "pickUpTip" && command.Status is not "queued");
        return last is not null && !IsDrop(last);
    }

    /// <summary>Part of the steps that are done, not counting what was loaded before the first one.</summary>
    public static double Progress(RobotCommand[] commands)
    {
        var steps = commands.Where(command => !command.CommandType.StartsWith("load", StringComparison.Ordinal)).ToList();
        return steps.Count == 0 ? 0 : steps.Count(command => command.Status == "succeeded") / (double)steps.Count;
    }

    public static string? Doing(RobotCommand[] commands) => commands.FirstOrDefault(command => command.Status == "running")?.CommandType;

    /// <summary>Fills the run and reads it back.</summary>
    /// <returns>Why it cannot be carried out; null where it can.</returns>
    /// <exception cref="InstrumentFaultException">The robot refused a command, or the run holds others than were put into it.</exception>
    public async Task<Refusal?> FillAsync(DriverCommand command)
    {
        var refusal = command.Name switch
        {
            "home" => await HomeAsync(),
            "drop-tip" => await DropAsync(isFlex ? "unsafe/dropTipInPlace" : "dropTipInPlace"),
            _ => await TransferAsync(command),
        };
        if (refusal is not null) return refusal;
        var found = (await link.CommandsAsync(run)).Select(one => one.Key).ToList();
        return found.SequenceEqual(_keys) ? null : throw new InstrumentFaultException($"run {run} holds {found.Count} commands and not the {_keys.Count} that were put into it");
    }

    private async Task<Refusal?> HomeAsync()
    {
        await QueueAsync("home", new { });
        return null;
    }

    private async Task<Refusal?> DropAsync(string commandType)
    {
        var pipetteId = await LoadPipetteAsync();
        await QueueAsync("moveToAddressableAreaForDropTip", new { pipetteId, addressableAreaName = options.Trash });
        await QueueAsync(commandType, new { pipetteId });
        return null;
    }

    private async Task<Refusal?> TransferAsync(DriverCommand command)
    {
        var (from, to) = ((int)Math.Round(command["source-slot"]), (int)Math.Round(command["target-slot"]));
        if (from == options.TipSlot || to == options.TipSlot) return new Refusal(CauseCode.OutOfRange, $"slot {options.TipSlot} has the tip rack and no wells for liquid");
        foreach (var slot in new[] { from, to })
        {
            if (!options.Labware.ContainsKey(slot)) return new Refusal(CauseCode.OutOfRange, $"nothing is configured to stand in slot {slot}; there is labware in {string.Join(", ", options.Labware.Keys)}");
        }

        var tips = await LoadLabwareAsync(options.TipSlot);
        var source = await LoadLabwareAsync(from);
        var target = to == from ? source : await LoadLabwareAsync(to);
        foreach (var (labware, well) in new[] { (tips, "tip"), (source, "source-well"), (target, "target-well") })
        {
            if (Index(command, well) >= labware.Wells.Length) return new Refusal(CauseCode.OutOfRange, $"'{well}' is {Index(command, well) + 1} and {labware.LoadName} has {labware.Wells.Length}");
        }

        var pipetteId = await LoadPipetteAsync();
        var (volume, flowRate) = (command["volume"], command["rate"]);

        // The API's own origin is the top of a well, where there is no liquid.
        var wellLocation = new { origin = "bottom", offset = new { x = 0, y = 0, z = 1 } };
        await QueueAsync("pickUpTip", new { pipetteId, labwareId = tips.Id, wellName = tips.Wells[Index(command, "tip")] });
        await QueueAsync("aspirate", new { pipetteId, labwareId = source.Id, wellName = source.Wells[Index(command, "source-well")], wellLocation, volume, flowRate });
        await QueueAsync("dispense", new { pipetteId, labwareId = target.Id, wellName = target.Wells[Index(command, "target-well")], wellLocation, volume, flowRate });
        await QueueAsync("moveToAddressableAreaForDropTip", new { pipetteId, addressableAreaName = options.Trash });
        await QueueAsync("dropTipInPlace", new { pipetteId });
        return null;
    }

    private async Task<string> LoadPipetteAsync()
    {
        var result = await SetUpAsync("loadPipette", new { pipetteName = options.Pipette.Name, mount = options.Mount });
        return result.TryGetProperty("pipetteId", out var id) && id.GetString() is { } text ? text : throw NoResult("loadPipette", "pipetteId");
    }

    private async Task<Labware> LoadLabwareAsync(int slot)
    {
        var it = options.Labware[slot];
        var result = await SetUpAsync("loadLabware", new { location = new { slotName = FormattableString.Invariant($"{slot}") }, loadName = it.LoadName, @namespace = it.Namespace, version = it.Version });
        if (!result.TryGetProperty("labwareId", out var id) || id.ValueKind != JsonValueKind.String) throw NoResult("loadLabware", "labwareId");
        if (!result.TryGetProperty("definition", out var definition) || definition.ValueKind != JsonValueKind.Object || !definition.TryGetProperty("ordering", out var ordering))
            throw NoResult("loadLabware", "definition.ordering");
        try
        {
            return new Labware(id.GetString()!, it.LoadName, [.. ordering.Deserialize<string[][]>()!.SelectMany(column => column)]);
        }
        catch (Exception error) when (error is JsonException or ArgumentNullException or NullReferenceException)
        {
            throw NoResult("loadLabware", "definition.ordering");
        }
    }

    private async Task<JsonElement> SetUpAsync(string commandType, object parameters)
    {
        var done = await link.AddAsync(run, NextKey(), RobotIntent.Setup, commandType, parameters);
        if (done.Error is { } error) throw new InstrumentFaultException($"the robot's {commandType} failed: {error.Detail}");
        return done is { Status: "succeeded", Result: { ValueKind: JsonValueKind.Object } result } ? result : throw new InstrumentFaultException($"the robot's {commandType} is {done.Status} and should have been done");
    }

    private Task QueueAsync(string commandType, object parameters) => link.AddAsync(run, NextKey(), RobotIntent.Protocol, commandType, parameters);

    private string NextKey()
    {
        _keys.Add(FormattableString.Invariant($"{action}-{_keys.Count + 1}"));
        return _keys[^1];
    }

    private static int Index(DriverCommand command, string parameter) => (int)Math.Round(command[parameter]) - 1;

    private static bool IsDrop(RobotCommand command) => command.CommandType is "dropTip" or "dropTipInPlace" or "unsafe/dropTipInPlace";

    private static InstrumentLinkException NoResult(string commandType, string member) => new($"the robot's {commandType} ended without a '{member}'");

    private sealed record Labware(string Id, string LoadName, ImmutableArray<string> Wells);
}
