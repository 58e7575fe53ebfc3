using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LabAutomation.Simulators.Http;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Robots;

/// <summary>
/// The HTTP API of an OT-2, or of a Flex where the pipette is one of a Flex: the part of it that docs/reference/instruments/opentrons-http.md lists,
/// after the robot's own description at <c>/openapi.json</c> (robot-server 7 and 8).
/// </summary>
internal sealed class OpentronsRobot : IWireDevice, IDisposable
{
    private const int ApiVersion = 4;
    private const int MostRuns = 20;

    private readonly World<RobotState> world;
    private readonly RobotMotion motion;
    private readonly string name;
    private readonly RobotDeck deck;
    private readonly bool isFlex;
    private readonly HttpIntake intake;
    private readonly ITimer resume;
    private (RunState Run, CommandState Command, DateTimeOffset Until)? awaited;

    public OpentronsRobot(World<RobotState> world, string name, RobotDeck deck, string pipette)
    {
        (this.world, this.name, this.deck) = (world, name, deck);
        isFlex = pipette.EndsWith("_flex", StringComparison.Ordinal);
        intake = new HttpIntake(request => Headed(Answer(request)), status => Headed(Refuse(status, "BadRequest", "Bad Request", "no request of HTTP/1.1"))!);
        motion = new RobotMotion(world, name, deck, pipette);
        resume = world.Clock.CreateTimer(_ => world.Do(Continue), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private RobotState State => world.State;

    public static DeviceSetup Make(DeviceSite site) => site.Place<RobotState, OpentronsRobot>(
        world => new OpentronsRobot(world, site.Name, new RobotDeck(world, site.Name, site.Settings), site.Setting("pipette", "p300_single_gen2")),
        (_, robot) => robot.deck);

    public bool? IsAtRest => world.State.Runs.TrueForAll(run => !run.WasPlayed || (run.IsOver && !(run.BusyUntil > world.Now)));

    public void Open(Action<byte[]> output) => intake.Open(output);

    public void Close()
    {
        intake.Close();
        awaited = null;
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        intake.Receive(bytes);
        Continue();
    }

    public void Dispose() => resume.Dispose();

    private bool Continue()
    {
        if (intake.Run()) return true;
        Wait();
        return false;
    }

    private static HttpAnswer? Headed(HttpAnswer? answer) =>
        answer is null ? null : answer with { Headers = [("opentrons-version", ApiVersion.ToString(CultureInfo.InvariantCulture)), ("opentrons-min-version", "2")] };

    // At least a millisecond, in case the timer fires a tick before the command's end.
    private void Wait()
    {
        var due = world.Next() is { } next && next.At < awaited!.Value.Until ? next.At : awaited!.Value.Until;
        var left = due - world.Now;
        resume.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Null where the answer waits for a command to end.</summary>
    private HttpAnswer? Answer(HttpRequest request)
    {
        if (awaited is { } waiting)
        {
            if (!waiting.Command.IsDone && world.Now < waiting.Until) return null;
            awaited = null;
            return HttpAnswer.Json(201, Data(Form(waiting.Command, whole: true)));
        }

        if (request.Path == "/health" && request.Method == "GET") return HttpAnswer.Json(200, Health());
        if (!request.Headers.TryGetValue("opentrons-version", out var version))
            return Refuse(422, "InvalidRequest", "Invalid Request", "header.opentrons-version: field required");
        if (version != "*" && !(int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 2))
            return Refuse(400, "OutdatedAPIVersion", "Requested HTTP API version no longer supported", $"The requested API version '{version}' is not supported.");

        return (request.Method, request.Path.Trim('/').Split('/')) switch
        {
            ("GET", ["runs"]) => Runs(),
            ("POST", ["runs"]) => Create(),
            (_, ["runs", var id, ..]) when State.Runs.Find(run => run.Id == id) is null => Refuse(404, "RunNotFound", "Run Not Found", $"Run {id} was not found."),
            ("GET", ["runs", var id]) => HttpAnswer.Json(200, Data(Form(Run(id)))),
            ("POST", ["runs", var id, "actions"]) => Act(Run(id), request),
            ("GET", ["runs", var id, "commands"]) => Commands(Run(id), request),
            ("POST", ["runs", var id, "commands"]) => Add(Run(id), request),
            ("GET", ["runs", var id, "commands", var command]) => Run(id).Commands.Find(one => one.Id == command) is { } found
                ? HttpAnswer.Json(200, Data(Form(found, whole: true)))
                : Refuse(404, "CommandNotFound", "Run Command Not Found", $"Command {command} was not found."),
            _ => Refuse(404, "NotFound", "Not Found", $"{request.Method} {request.Path} is not known."),
        };
    }

    private RunState Run(string id) => State.Runs.First(run => run.Id == id);

    private HttpAnswer Create()
    {
        if (motion.Current is { IsOver: false } busy && busy.WasPlayed)
            return Refuse(409, "RunAlreadyActive", "Run Already Active", "Another run is currently active.");
        if (motion.Current is { Status: "idle" } idle) idle.Status = "stopped";
        State.Runs.Add(new RunState { Id = NextId("run"), CreatedAt = world.Now });
        if (State.Runs.Count > MostRuns) State.Runs.RemoveAt(0);
        world.Changed();
        return HttpAnswer.Json(201, Data(Form(State.Runs[^1])));
    }

    private HttpAnswer Act(RunState run, HttpRequest request)
    {
        if (Body(request) is not { } data || Text(data, "actionType") is not { } action || action is not ("play" or "pause" or "stop"))
            return Refuse(422, "InvalidRequest", "Invalid Request", "body.data.actionType: value is not a valid enumeration member; permitted: 'play', 'pause', 'stop'");
        if (run != motion.Current) return Refuse(409, "RunStopped", "Run Stopped", $"Run {run.Id} is not the current run");
        var isAllowed = (action, run.Status) is ("play", "idle" or "paused") or ("pause", "running") or ("stop", "idle" or "running" or "paused");
        if (!isAllowed) return Refuse(409, "RunActionNotAllowed", "Run Action Not Allowed", $"Cannot {action} a run that is {run.Status}.");
        run.Actions.Add(new ActionState(NextId("action"), action, world.Now));
        if (action == "play") motion.Play(run);
        else if (action == "stop") motion.Stop(run);
        else run.Status = "paused";
        motion.Continue();
        world.Changed();
        return HttpAnswer.Json(201, Data(Form(run.Actions[^1])));
    }

    private HttpAnswer? Add(RunState run, HttpRequest request)
    {
        if (Body(request) is not { } data || Text(data, "commandType") is not { } type || !data.TryGetProperty("params", out var parameters))
            return Refuse(422, "InvalidRequest", "Invalid Request", "body.data: commandType and params are required");
        if (RobotCommands.Check(type, parameters) is { } wrong) return Refuse(422, "InvalidRequest", "Invalid Request", $"body.data.{wrong}");
        if (run != motion.Current || run.IsOver) return Refuse(409, "RunStopped", "Run Stopped", $"Run {run.Id} is not the current run, or it has stopped.");
        var intent = data.TryGetProperty("intent", out _) ? Text(data, "intent") : "setup";
        if (intent is not ("setup" or "protocol")) return Refuse(422, "InvalidRequest", "Invalid Request", "body.data.intent: permitted: 'setup', 'protocol'");
        if (intent == "setup" && run.WasPlayed) return Refuse(409, "CommandNotAllowed", "Setup Command Not Allowed", "Setup commands are not allowed after run has started.");

        var id = NextId("command");
        var command = new CommandState { Id = id, Key = Text(data, "key") ?? id, Type = type, Intent = intent, Parameters = parameters.GetRawText(), CreatedAt = world.Now };
        run.Commands.Add(command);
        motion.Continue();
        world.Changed();
        if (request.Query.GetValueOrDefault("waitUntilComplete") is not "true" || command.IsDone) return HttpAnswer.Json(201, Data(Form(command, whole: true)));
        var until = int.TryParse(request.Query.GetValueOrDefault("timeout"), NumberStyles.None, CultureInfo.InvariantCulture, out var timeout) ? world.Now.AddMilliseconds(timeout) : world.Now.AddDays(1);
        awaited = (run, command, until);
        return null;
    }

    private HttpAnswer Commands(RunState run, HttpRequest request)
    {
        var length = int.TryParse(request.Query.GetValueOrDefault("pageLength"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 20;
        var cursor = int.TryParse(request.Query.GetValueOrDefault("cursor"), NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : Math.Max(0, run.Commands.Count - length);
        return HttpAnswer.Json(200, new JsonObject
        {
            ["data"] = new JsonArray([.. run.Commands.Skip(cursor).Take(length).Select(command => Form(command, whole: false))]),
            ["meta"] = new JsonObject { ["cursor"] = cursor, ["totalLength"] = run.Commands.Count },
            ["links"] = new JsonObject(),
        });
    }

    private HttpAnswer Runs() => HttpAnswer.Json(200, new JsonObject
    {
        ["data"] = new JsonArray([.. State.Runs.Select(Form)]),
        ["meta"] = new JsonObject { ["cursor"] = 0, ["totalLength"] = State.Runs.Count },
        ["links"] = motion.Current is { } run ? new JsonObject { ["current"] = new JsonObject { ["href"] = $"/runs/{run.Id}" } } : new JsonObject(),
    });

    private JsonObject Health() => new()
    {
        ["name"] = name,
        ["robot_model"] = isFlex ? "OT-3 Standard" : "OT-2 Standard",
        ["api_version"] = "8.2.0",
        ["fw_version"] = "v1.1.0-25e5cea",
        ["board_revision"] = "2.1",
        ["logs"] = new JsonArray("/logs/serial.log", "/logs/api.log"),
        ["system_version"] = "1.15.0",
        ["maximum_protocol_api_version"] = new JsonArray(2, 21),
        ["minimum_protocol_api_version"] = new JsonArray(2, 0),
        ["robot_serial"] = string.Create(CultureInfo.InvariantCulture, $"{(isFlex ? "FLXA" : "OT2CEP")}{(uint)world.Seed:D10}"),
    };

    private JsonNode Form(RunState run) => new JsonObject
    {
        ["id"] = run.Id,
        ["createdAt"] = Time(run.CreatedAt),
        ["status"] = run.Status,
        ["current"] = run == motion.Current,
        ["actions"] = new JsonArray([.. run.Actions.Select(Form)]),
        ["errors"] = new JsonArray(),
        ["pipettes"] = new JsonArray(),
        ["labware"] = new JsonArray(),
    };

    private static JsonNode Form(ActionState action) => new JsonObject { ["id"] = action.Id, ["createdAt"] = Time(action.At), ["actionType"] = action.Type };

    /// <summary>Lists leave the results out.</summary>
    private static JsonNode Form(CommandState command, bool whole)
    {
        var form = new JsonObject
        {
            ["id"] = command.Id,
            ["key"] = command.Key,
            ["commandType"] = command.Type,
            ["intent"] = command.Intent,
            ["status"] = command.Status,
            ["createdAt"] = Time(command.CreatedAt),
            ["params"] = JsonNode.Parse(command.Parameters),
        };
        if (command.StartedAt is { } started) form["startedAt"] = Time(started);
        if (command.CompletedAt is { } completed) form["completedAt"] = Time(completed);
        if (command is { Status: "failed", ErrorType: { } type }) form["error"] = new JsonObject { ["errorType"] = type, ["errorCode"] = "4000", ["detail"] = command.ErrorDetail };
        if (whole && command.Result is { } result) form["result"] = JsonNode.Parse(result);
        return form;
    }

    private static JsonObject Data(JsonNode data) => new() { ["data"] = data };

    /// <summary>The member <c>data</c>. Written and read once more, so that text which is no Unicode is found here.</summary>
    private static JsonElement? Body(HttpRequest request)
    {
        try
        {
            var text = JsonNode.Parse(request.Body)?.ToJsonString() ?? "null";
            var root = JsonSerializer.Deserialize<JsonElement>(text);
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? data : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement data, string name) => data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private string NextId(string what) => string.Create(CultureInfo.InvariantCulture, $"{what}-{++State.Ids}");

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static HttpAnswer Refuse(int status, string id, string title, string detail) => HttpAnswer.Json(status, new JsonObject
    {
        ["errors"] = new JsonArray(new JsonObject { ["id"] = id, ["title"] = title, ["detail"] = detail, ["errorCode"] = "4000" }),
    });
}
