using System.Text.Json;

namespace LabAutomation.Instruments;

/// <summary>The parts of GET /health that are asked for. The serial number is missing on older robots.</summary>
internal sealed record RobotHealth(string Name, string RobotModel, string ApiVersion, string? RobotSerial = null);

/// <summary>One resource, as most answers of the API hold it.</summary>
internal sealed record RobotBody<T>(T Data);

/// <summary>A page of resources.</summary>
internal sealed record RobotPage<T>(T[] Data, RobotPageMeta Meta);

internal sealed record RobotPageMeta(int TotalLength);

/// <summary>A run: what the robot was told to do in one go, and how far it is.</summary>
/// <param name="Current">Whether it is the one that the robot has loaded.</param>
internal sealed record RobotRun(string Id, string Status, bool Current, RobotAction[]? Actions = null)
{
    /// <summary>It was told to move at some time.</summary>
    public bool WasPlayed => Actions?.Any(action => action.ActionType == "play") == true;

    /// <summary>It will never move again.</summary>
    public bool IsOver => Status is "succeeded" or "failed" or "stopped";
}

internal sealed record RobotAction(string ActionType);

/// <summary>A command of a run.</summary>
/// <param name="Key">What the caller named it.</param>
/// <param name="Status"><c>queued</c>, <c>running</c>, <c>succeeded</c> or <c>failed</c>.</param>
/// <param name="Result">Only where the command was asked for by itself.</param>
internal sealed record RobotCommand(string Id, string Key, string CommandType, string Status, RobotError? Error = null, JsonElement? Result = null);

internal sealed record RobotError(string ErrorType, string Detail);

/// <summary>The body of a refusal.</summary>
internal sealed record RobotRefusals(RobotRefusal[] Errors);

internal sealed record RobotRefusal(string Id, string Title, string Detail);
