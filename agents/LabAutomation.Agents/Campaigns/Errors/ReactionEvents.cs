using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What is done about an action, or an analysis, that did not succeed; durable before anything follows from it.</summary>
/// <param name="Instrument">Which had the action; of an analysis the analyst.</param>
/// <param name="Rule">The rule that says so, as <see cref="ErrorRule.Name"/>.</param>
/// <param name="Says">The rule in full, as it was that day.</param>
/// <param name="Passed">The rules before it that are about the error, too, and why each did not act; null where there are none.</param>
/// <param name="NotBefore">Of another attempt: lab time before which it does not begin; null for at once.</param>
/// <param name="Until">Of a prompt: lab time until which a person may come; null for ever.</param>
public sealed record ReactionChosen(
    ActionId Action,
    int Trial,
    string Step,
    int Index,
    string Instrument,
    Reaction Reaction,
    string Rule,
    string Says,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Passed = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? NotBefore = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Until = null) : LabEvent;

/// <summary>Nobody came in time; the campaign goes on with the next rule.</summary>
public sealed record PromptLapsed(string Reason) : LabEvent;

/// <summary>A rule, of this campaign or of another, has put the whole lab into its safe mode.</summary>
public sealed record SafeModeEntered(string Reason) : LabEvent;

/// <summary>Why doing an action again cannot do it twice.</summary>
public enum Repetition
{
    /// <summary>It is certain that it did nothing.</summary>
    DidNothing,

    /// <summary>Its driver declares that twice is once.</summary>
    TwiceIsOnce,
}
