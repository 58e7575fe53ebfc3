using System.Text.Json;
using System.Text.Json.Nodes;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Robots;

/// <summary>
/// How the robot works off the commands of its current run: one at a time, each for its time by the clock. Setup commands of a run that was not
/// played start at once; playing a run homes first. The effects of a command are in the world when it ends, those of a broken one in part.
/// </summary>
internal sealed class RobotMotion
{
    private const double Homing = 6;
    private const double Stopping = 3;

    private readonly World<RobotState> world;
    private readonly string name;
    private readonly RobotDeck deck;
    private readonly string pipette;

    public RobotMotion(World<RobotState> world, string name, RobotDeck deck, string pipette)
    {
        (this.world, this.name, this.deck, this.pipette) = (world, name, deck, pipette);
        world.Next = Next;
    }

    private bool IsFlex => pipette.EndsWith("_flex", StringComparison.Ordinal);

    public RunState? Current => world.State.Runs.LastOrDefault();

    /// <summary>Starts what can start now.</summary>
    public void Continue()
    {
        while (Current is { } run && !run.IsOver && run.Status is "idle" or "running" && run.BusyUntil is null && !run.Commands.Exists(command => command.Status == "running"))
        {
            var next = run.Commands.Find(command => command.Status == "queued" && (run.WasPlayed || command.Intent == "setup"));
            if (next is null)
            {
                if (run.WasPlayed) run.Status = "succeeded";
                return;
            }

            Start(run, next);
            if (next.EndsAt > world.Now) return;
            End(run, next);
        }
    }

    public void Play(RunState run)
    {
        if (run.Status == "idle") run.BusyUntil = world.Now.AddSeconds(Homing);
        run.Status = "running";
    }

    public void Stop(RunState run)
    {
        if (run.Status == "idle")
        {
            run.Status = "stopped";
            return;
        }

        if (run.Commands.Find(command => command.Status == "running") is { } broken)
        {
            var whole = (broken.EndsAt!.Value - broken.StartedAt!.Value).TotalSeconds;
            Affect(run, broken, whole == 0 ? 1 : (world.Now - broken.StartedAt.Value).TotalSeconds / whole);
            Fail(broken, "RunStoppedError", "The run was stopped.");
        }

        (run.Status, run.BusyUntil) = ("stop-requested", world.Now.AddSeconds(Stopping));
    }

    private Happening? Next()
    {
        if (Current is not { } run) return null;
        if (run.BusyUntil is { } until)
        {
            return new Happening(until, () =>
            {
                run.BusyUntil = null;
                if (run.Status == "stop-requested") run.Status = "stopped";
                Continue();
            });
        }

        return run.Commands.Find(command => command.Status == "running") is { EndsAt: { } end } command
            ? new Happening(end, () =>
            {
                End(run, command);
                Continue();
            })
            : null;
    }

    private void Start(RunState run, CommandState command)
    {
        (command.Status, command.StartedAt, command.EndsAt) = ("running", world.Now, world.Now);
        using var parameters = JsonDocument.Parse(command.Parameters);
        var it = parameters.RootElement;
        if (Refusal(run, command.Type, it) is var (type, detail))
        {
            (command.ErrorType, command.ErrorDetail) = (type, detail);
            return;
        }

        command.EndsAt = world.Now.AddSeconds(command.Type switch
        {
            "home" => Homing,
            "pickUpTip" => 4,
            "aspirate" or "dispense" => 1.5 + (Number(it, "volume") / Number(it, "flowRate")),
            "moveToAddressableAreaForDropTip" => 2,
            "dropTip" => 3,
            "dropTipInPlace" or "unsafe/dropTipInPlace" => 1.5,
            _ => 0,
        });
        if (command.Type == "aspirate") world.Record(name, EffectKind.Aspirate, Number(it, "volume") / 1000);
        if (command.Type == "dispense") world.Record(name, EffectKind.Dispense, Number(it, "volume") / 1000);
        if (command.Type == "pickUpTip" && !deck.TakeTip(Slot(run, it), Text(it, "wellName")) && IsFlex)
            (command.ErrorType, command.ErrorDetail) = ("tipPhysicallyMissing", "No Tip Detected");
    }

    private void End(RunState run, CommandState command)
    {
        if (command.ErrorType is { } type)
        {
            Fail(command, type, command.ErrorDetail!);
            if (command.Intent == "protocol") run.Status = "failed";
            return;
        }

        Affect(run, command, 1);
        (command.Status, command.CompletedAt, command.EndsAt) = ("succeeded", world.Now, null);
    }

    /// <param name="part">0 to 1, how much of the command was done.</param>
    private void Affect(RunState run, CommandState command, double part)
    {
        using var parameters = JsonDocument.Parse(command.Parameters);
        var it = parameters.RootElement;
        JsonNode result = new JsonObject();
        switch (command.Type)
        {
            case "loadLabware":
                var id = $"labware-{++world.State.Ids}";
                run.Labware[id] = new LoadedLabware(it.GetProperty("location").GetProperty("slotName").GetString()!, Text(it, "loadName"));
                result = new JsonObject { ["labwareId"] = id, ["definition"] = LabwareDefinition.Of(Text(it, "loadName"))!.ToJson() };
                break;
            case "loadPipette":
                run.Pipettes.Add($"pipette-{++world.State.Ids}");
                result = new JsonObject { ["pipetteId"] = run.Pipettes[^1] };
                break;
            case "pickUpTip":
                run.BelievesInTip = true;
                result = new JsonObject { ["tipVolume"] = 300, ["tipLength"] = 51.83 };
                break;
            case "aspirate":
                deck.Draw(Slot(run, it), Text(it, "wellName"), part * Number(it, "volume"));
                result = new JsonObject { ["volume"] = Number(it, "volume") };
                break;
            case "dispense":
                if (deck.Put(Slot(run, it), Text(it, "wellName"), part * Number(it, "volume")) is > 0 and var put) world.Record(name, EffectKind.Moved, put / 1000);
                result = new JsonObject { ["volume"] = Number(it, "volume") };
                break;
            case "dropTip" or "dropTipInPlace" or "unsafe/dropTipInPlace" when part >= 1:
                run.BelievesInTip = false;
                deck.DropTip();
                break;
        }

        command.Result = result.ToJsonString();
    }

    private void Fail(CommandState command, string type, string detail) =>
        (command.Status, command.CompletedAt, command.EndsAt, command.ErrorType, command.ErrorDetail, command.Result) = ("failed", world.Now, null, type, detail, null);

    /// <summary>Why the robot cannot do it, as its own error types name it.</summary>
    private (string Type, string Detail)? Refusal(RunState run, string type, JsonElement it) => type switch
    {
        "loadLabware" when LabwareDefinition.Of(Text(it, "loadName")) is null => ("LabwareDefinitionDoesNotExistError", $"There is no labware {Text(it, "loadName")}."),
        "loadLabware" when it.TryGetProperty("location", out var location) && run.Labware.Values.Any(loaded => loaded.Slot == Text(location, "slotName")) =>
            ("LocationIsOccupiedError", $"Slot {Text(it.GetProperty("location"), "slotName")} is occupied."),
        "loadPipette" when Text(it, "pipetteName") != pipette => ("InvalidSpecificationForRobotTypeError", $"{Text(it, "pipetteName")} is not attached."),
        "loadPipette" or "loadLabware" or "home" => null,
        _ when !run.Pipettes.Contains(Text(it, "pipetteId")) => ("PipetteNotLoadedError", "The pipette is not loaded."),
        "unsafe/dropTipInPlace" when !IsFlex => ("HardwareNotSupportedError", "This command is supported by Flex only."),
        "moveToAddressableAreaForDropTip" or "dropTipInPlace" or "unsafe/dropTipInPlace" => null,
        _ when !run.Labware.TryGetValue(Text(it, "labwareId"), out var loaded) || LabwareDefinition.Of(loaded.LoadName)!.IndexOf(Text(it, "wellName")) < 0 =>
            ("WellDoesNotExistError", $"There is no well {Text(it, "wellName")}."),
        "pickUpTip" when run.BelievesInTip => ("TipAttachedError", "Pipette should not have a tip attached, but does."),
        "aspirate" or "dispense" when !run.BelievesInTip => ("TipNotAttachedError", "Pipette should have a tip attached, but does not."),
        _ => null,
    };

    private static string Slot(RunState run, JsonElement it) => run.Labware[Text(it, "labwareId")].Slot;

    private static string Text(JsonElement it, string name) =>
        it.ValueKind == JsonValueKind.Object && it.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static double Number(JsonElement it, string name) => it.GetProperty(name).GetDouble();
}
