using System.Collections.Immutable;
using LabAutomation.Agents.Analysis;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>By which words a rule says what it is about: the causes of the wire contract, the ways in which an action ends, and where it stood.</summary>
public static class ErrorWords
{
    public const string Any = "any";
    public const string Expired = "expired";
    public const string Cancelled = "cancelled";
    public const string UnknownOutcome = "unknown_outcome";
    public const string EmergencyStop = "emergency_stop";

    /// <summary>Not an action, but what makes quantities of its data.</summary>
    public const string Analysis = "analysis";

    /// <summary>In a step with <c>always: true</c>.</summary>
    public const string CleaningUp = "cleaning_up";

    private static readonly (CauseCode Cause, string Word)[] Causes =
    [
        (CauseCode.InvalidCommand, "invalid_command"), (CauseCode.OutOfRange, "out_of_range"), (CauseCode.HardwareFault, "hardware_fault"), (CauseCode.EmergencyStop, EmergencyStop),
        (CauseCode.Unachievable, "unachievable"), (CauseCode.LinkLost, "link_lost"), (CauseCode.Locked, "locked"),
    ];

    public static ImmutableArray<string> All { get; } = [.. Causes.Select(cause => cause.Word), Expired, Cancelled, UnknownOutcome, CleaningUp, Analysis, Any];

    /// <summary>Those that are true of a failed analysis.</summary>
    public static ImmutableArray<string> Of(AnalysisFailed failed) => [Analysis, .. Causes.Where(cause => cause.Cause == failed.Cause).Select(cause => cause.Word), Any];

    /// <summary>Those that are true of the end of an action; none of one that has not ended, or succeeded.</summary>
    /// <param name="cleansUp">Whether its step does.</param>
    public static ImmutableArray<string> Of(ResultFrame? result, bool cleansUp)
    {
        if (result is null or { Status: ActionStatus.Succeeded }) return [];
        var words = ImmutableArray.CreateBuilder<string>();
        if (result.Status == ActionStatus.UnknownOutcome) words.Add(UnknownOutcome);
        if (result.Status == ActionStatus.Expired) words.Add(Expired);
        if (result.Status == ActionStatus.Cancelled) words.Add(Cancelled);
        foreach (var (cause, word) in Causes)
            if (cause == result.Cause && (result.Status == ActionStatus.Failed || cause == CauseCode.EmergencyStop)) words.Add(word);
        if (cleansUp) words.Add(CleaningUp);
        words.Add(Any);
        return words.ToImmutable();
    }
}
