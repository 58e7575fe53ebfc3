using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <param name="Kind">ask, plan, narrate or mcp.</param>
/// <param name="Person">For whom it is.</param>
/// <param name="Limits">SHA-256 of the envelope under which it is held.</param>
/// <param name="Software">Name and version of everything that takes part.</param>
/// <param name="Policy">SHA-256 of the whole policy.</param>
public sealed record ConversationBegun(
    string Kind, string Person, string Limits, ImmutableSortedDictionary<string, string> Software,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Policy = null) : LabEvent
{
    /// <summary>The kind of <c>lab plan</c>.</summary>
    public const string OfPlan = "plan";
}

/// <summary>An agent is about to ask its model.</summary>
/// <param name="Round">Of the agent in this conversation, from 1.</param>
/// <param name="Endpoint">Scheme, machine and path.</param>
/// <param name="Tools">On offer.</param>
/// <param name="Said">What was added to the agent's conversation since its last round, but for the model's own answers and the results of its calls, which are on record already.</param>
/// <param name="History">SHA-256 of all that is sent.</param>
public sealed record ModelAsked(string Agent, int Round, string Model, string Endpoint, ImmutableArray<string> Tools, ImmutableArray<SpokenText> Said, string History) : LabEvent;

/// <param name="Speaker">system or user.</param>
public sealed record SpokenText(string Speaker, string Text, Label Label);

/// <param name="Version">The model as the endpoint itself names it.</param>
/// <param name="Finish">Why the model stopped, in the endpoint's words.</param>
/// <param name="InputTokens">As the endpoint tells.</param>
/// <param name="Cost">By the configured prices.</param>
/// <param name="Milliseconds">From the request to the last piece.</param>
/// <param name="Estimated">Whether the endpoint did not tell all of the tokens, and what it left out is worked out from the letters: one for four.</param>
/// <param name="Unmade">How many more calls the model wanted at once than are made of one answer.</param>
public sealed record ModelAnswered(
    string Agent, int Round, string Version, string Text, ImmutableArray<WantedCall> Calls, string Finish, int InputTokens, int OutputTokens, double Cost, double Milliseconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Estimated = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Unmade = 0) : LabEvent;

/// <summary>A call that a model asks for.</summary>
/// <param name="Call">Made by the agent: models repeat theirs, or make up long ones.</param>
/// <param name="Arguments">Null where the model wrote no JSON object.</param>
public sealed record WantedCall(string Call, string Tool, ImmutableSortedDictionary<string, string>? Arguments);

/// <param name="InputTokens">They cost as those of an answer do; 0 where the endpoint turned the request away, or was not reached.</param>
/// <param name="Estimated">As of an answer.</param>
public sealed record ModelFailed(
    string Agent, int Round, string Reason, int InputTokens, int OutputTokens, double Cost, double Milliseconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Estimated = false) : LabEvent;

/// <summary>The verdict on a call; durable before anything comes of it.</summary>
/// <param name="Label">Of all that the call may be derived from.</param>
/// <param name="Verdict">allowed, needs_approval or denied.</param>
/// <param name="Approval">The request that it waits for, or whose approval allows it; that is used up where it begins.</param>
public sealed record ToolCalled(
    string Agent, string Call, string Tool, ImmutableSortedDictionary<string, string> Arguments, Label Label, VerdictWord Verdict, string Reason, int? Approval) : LabEvent;

public enum VerdictWord
{
    Allowed,
    NeedsApproval,
    Denied,
}

/// <summary>More calls were denied than are told one by one; they stand between the entry before and the one behind.</summary>
/// <param name="Agent">Whose the last one was.</param>
/// <param name="Count">How many, since the last that was told.</param>
/// <param name="Reason">Of the last one.</param>
/// <param name="First">The name of the first of them.</param>
/// <param name="Last">The name of the last.</param>
/// <param name="Sha256">Over each of them as it would stand on record, one after the other: whoever kept them can show that it is these that were denied.</param>
public sealed record CallsDenied(
    string Agent, int Count, string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? First = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Last = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Sha256 = null) : LabEvent;

/// <param name="Label">Of the text.</param>
/// <param name="Untold">Whether the turn was cut off, so that whoever called was not told it any more.</param>
public sealed record ToolAnswered(
    string Agent, string Call, string Text, Label Label, bool Failed, double Milliseconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Untold = false) : LabEvent;

/// <summary>One agent, or the person, told another something.</summary>
public sealed record MessagePassed(string From, string To, string Text, Label Label) : LabEvent;

/// <summary>Another program takes part; what it says of itself is its own word. Its calls are named after its number: <c>client-NUMBER-1</c> and so on.</summary>
/// <param name="Client">Counts from 1 in a conversation.</param>
/// <param name="Transport">stdio or http.</param>
public sealed record ClientConnected(int Client, string Name, string Version, string Transport) : LabEvent;

/// <summary>People have changed the policy; from here on calls are judged by the new one.</summary>
/// <param name="Limits">SHA-256 of its envelope.</param>
/// <param name="Problem">Why it cannot be read and nothing is allowed; null where it can.</param>
/// <param name="Policy">SHA-256 of all of it.</param>
/// <param name="Changes">What is otherwise than before, such as <c>client.tier: read (was simulate)</c>; the first of them where there are many.</param>
public sealed record PolicyChanged(
    string Limits, string? Problem,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Policy = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ImmutableArray<string> Changes = default) : LabEvent
{
    private const int MostChanges = 20;

    /// <param name="secrets">Taken out of what it says.</param>
    internal static PolicyChanged Of(LabPolicy before, LabPolicy now, Secrets secrets)
    {
        var (was, lines) = (PolicyWords.Of(before), PolicyWords.Of(now));
        string[] changes =
        [
            .. lines.Where(line => was.GetValueOrDefault(line.Key) != line.Value).Select(line => $"{line.Key}: {line.Value} (was {was.GetValueOrDefault(line.Key, "not there")})"),
            .. was.Keys.Where(key => !lines.ContainsKey(key)).Select(key => $"{key}: not there (was {was[key]})"),
        ];
        return new PolicyChanged(
            now.Envelope.Sha256, now.Problem is { } problem ? secrets.Without(problem) : null, now.Sha256,
            [.. changes.Take(MostChanges).Select(secrets.Without), .. changes.Length > MostChanges ? [$"and {changes.Length - MostChanges} more"] : Array.Empty<string>()]);
    }
}

/// <summary>A proposed campaign.</summary>
/// <param name="Draft">Counts from 1 in a lab.</param>
/// <param name="Reasons">Why it is as it is, in the agent's words.</param>
public sealed record DraftWritten(int Draft, string Agent, string Text, string Sha256, string Reasons, Label Label) : LabEvent;

/// <summary>What the critic says of a draft.</summary>
public sealed record DraftJudged(int Draft, string Agent, bool Accepts, string Objections, Label Label) : LabEvent;

public sealed record ConversationEnded(string Reason) : LabEvent;

/// <summary>In a campaign's own record: it was begun by an agent, for whom, and who approved it.</summary>
/// <param name="Approval">The request in the lab's approvals; null where the policy needed none.</param>
public sealed record CampaignAuthorised(string Role, string Person, string Conversation, int? Approval, string? ApprovedBy) : LabEvent;
