using System.Text.Json;

namespace LabAutomation.Instruments;

/// <summary>
/// The HTTP API of the Opentrons robots, version 2 and later, as a robot describes it at <c>/openapi.json</c>. A command is put into a run;
/// one with the intent <c>setup</c> is carried out at once, one with the intent <c>protocol</c> when the run is played.
/// </summary>
internal sealed class OpentronsLink(Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>More than a run of ours has.</summary>
    private const int PageLength = 100;

    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };
    private static readonly JsonSerializerOptions Camel = new(Snake) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly HttpLink _link = new("robot", connect, clock, ("Opentrons-Version", "4"), ("Accept", "application/json"));

    public async Task<RobotHealth> HealthAsync() => Read<RobotHealth>(await _link.GetAsync("health"), Snake);

    /// <summary>The run that the robot has loaded, if any.</summary>
    public async Task<RobotRun?> CurrentRunAsync()
    {
        var runs = Read<RobotPage<RobotRun>>(await _link.GetAsync("runs"), Camel);
        return runs.Data.FirstOrDefault(run => run.Current) is { } run ? await RunAsync(run.Id) : null;
    }

    /// <summary>Null where the robot has no such run.</summary>
    public async Task<RobotRun?> RunAsync(string run)
    {
        var reply = await _link.GetAsync($"runs/{Name(run)}");
        return reply.Status == 404 && IsRefusal(reply, out _) ? null : Read<RobotBody<RobotRun>>(reply, Camel).Data;
    }

    /// <summary>An empty run. It moves nothing until it is played.</summary>
    public async Task<RobotRun> CreateRunAsync() => Read<RobotBody<RobotRun>>(await _link.PostAsync("runs", """{"data":{}}"""), Camel).Data;

    /// <summary>Puts a command into a run; one of the intent <c>setup</c> is carried out before this returns.</summary>
    /// <param name="key">Names the command in the run, see <see cref="CommandsAsync"/>.</param>
    public async Task<RobotCommand> AddAsync(string run, string key, RobotIntent intent, string commandType, object parameters)
    {
        var body = JsonSerializer.Serialize(new { data = new { commandType, key, intent = intent == RobotIntent.Setup ? "setup" : "protocol", @params = parameters } });
        var wait = intent == RobotIntent.Setup ? "?waitUntilComplete=true&timeout=8000" : "";
        return Read<RobotBody<RobotCommand>>(await _link.PostAsync($"runs/{Name(run)}/commands{wait}", body), Camel).Data;
    }

    /// <summary>Every command of a run, in order, without results.</summary>
    public async Task<RobotCommand[]> CommandsAsync(string run)
    {
        var reply = await _link.GetAsync($"runs/{Name(run)}/commands?cursor=0&pageLength={PageLength}");
        var page = Read<RobotPage<RobotCommand>>(reply, Camel);
        return page.Meta.TotalLength == page.Data.Length || page.Meta.TotalLength > PageLength ? page.Data : throw _link.Garbage(reply, $"{page.Data.Length} of {page.Meta.TotalLength} commands");
    }

    /// <summary>One command with its result.</summary>
    public async Task<RobotCommand> CommandAsync(string run, string command) => Read<RobotBody<RobotCommand>>(await _link.GetAsync($"runs/{Name(run)}/commands/{Name(command)}"), Camel).Data;

    /// <returns>False where the run's status does not allow the action.</returns>
    public async Task<bool> ActAsync(string run, string action)
    {
        var reply = await _link.PostAsync($"runs/{Name(run)}/actions", $$$"""{"data":{"actionType":"{{{action}}}"}}""");
        if (reply.Status == 409 && IsRefusal(reply, out _)) return false;
        var done = Read<RobotBody<RobotAction>>(reply, Camel).Data;
        return done.ActionType == action ? true : throw _link.Garbage(reply, $"it tells of {done.ActionType} where {action} was asked for");
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <exception cref="InstrumentFaultException">The robot refused.</exception>
    private T Read<T>(HttpReply reply, JsonSerializerOptions options)
    {
        if (!reply.IsSuccess)
        {
            throw IsRefusal(reply, out var why)
                ? new InstrumentFaultException($"the robot refused {reply.Question}: {why}")
                : _link.Garbage(reply, "an error without a reason");
        }

        if (reply.ContentType != "application/json") throw _link.Garbage(reply, "no JSON");
        try
        {
            return JsonSerializer.Deserialize<T>(reply.Body, options) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw _link.Garbage(reply, error.Message, error);
        }
    }

    private static bool IsRefusal(HttpReply reply, out string why)
    {
        why = "";
        try
        {
            if (reply.ContentType != "application/json" || JsonSerializer.Deserialize<RobotRefusals>(reply.Body, Camel) is not { Errors: [var first, ..] }) return false;
            why = $"{first.Title}: {first.Detail}";
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Name(string id) => Uri.EscapeDataString(id);
}

/// <summary>When a command of a run is carried out.</summary>
internal enum RobotIntent
{
    /// <summary>At once, also in a run that was not played.</summary>
    Setup,

    /// <summary>In its turn, when the run is played.</summary>
    Protocol,
}
