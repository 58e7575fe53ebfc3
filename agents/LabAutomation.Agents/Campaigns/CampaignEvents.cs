using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <param name="File">Name of the campaign file.</param>
/// <param name="Text">Its full text: a campaign is resumed from the record, whatever has become of the file.</param>
/// <param name="Sha256">Of the text.</param>
/// <param name="Seed">With <paramref name="Planner"/> and <paramref name="Trials"/> what the command line may override; these count, not the file's.</param>
/// <param name="Software">Name and version of everything that took part.</param>
/// <param name="Parallel">How many trials may be under way at once, where the command line says so; 0 for one at each station.</param>
/// <param name="Constants">Values that were given in place of the file's; null where none were.</param>
/// <param name="Tables">The texts of the tables that the file names, by their names in it; null where it names none.</param>
/// <param name="IsUntrusted">Whether the file says that its names and texts may be those of strangers.</param>
/// <param name="Owner">Who began it, or for whom an agent did; null where nobody says, and in the virtual lab.</param>
/// <param name="Wall">When it began by the wall clock, as conversations and approvals are dated; null where the lab's own clock is that one, and in virtual time.</param>
public sealed record CampaignStarted(
    string File, string Text, string Sha256, int Seed, string Planner, int Trials, string Site, ImmutableSortedDictionary<string, string> Software,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Parallel = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<string, string>? Constants = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<string, string>? Tables = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsUntrusted = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Owner = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Wall = null) : LabEvent;

public sealed record CampaignResumed(string Reason) : LabEvent;

/// <param name="Until">Lab time at which it goes on though nobody came; null where it rests until somebody does.</param>
public sealed record CampaignPaused(
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Until = null) : LabEvent;

public sealed record AbortRequested(string Reason) : LabEvent;

/// <summary>A person has decided that what became of an action will stay unknown; it counts as failed and is not repeated.</summary>
public sealed record OutcomeGivenUp(ActionId Action, string By, string Reason) : LabEvent;

public sealed record CampaignEnded(CampaignEnd End, string Reason, int? BestTrial) : LabEvent;

/// <summary>How a campaign ended.</summary>
public enum CampaignEnd
{
    GoalReached,
    TrialsSpent,
    TimeSpent,
    SpaceExhausted,
    TooManyFailures,
    Aborted,
    Stalled,

    /// <summary>A rule of its error policy has closed it out.</summary>
    ClosedOut,

    /// <summary>A person wanted no more trials; those under way were finished.</summary>
    Finished,
}

/// <param name="Mean">What the planner expected of the objective, in the objective's own direction.</param>
/// <param name="Sd">One standard deviation of that expectation.</param>
/// <param name="Expected">What was expected of each measured quantity, where the goal needs several.</param>
/// <param name="Feasible">Probability that the limits are kept and the trial does not fail, where that is not certain.</param>
/// <param name="Station">Where it is made, if that was known; null in a lab that is one place, and where the scheduler says so later, see <see cref="TrialStationed"/>.</param>
/// <param name="Advice">What the advice of the file had to do with it; null where the file has none.</param>
/// <param name="FailuresTold">How many failed trials the planner had been told of; null for none.</param>
public sealed record TrialProposed(
    int Trial,
    TrialValues Values,
    double? Mean,
    double? Sd,
    double? Acquisition,
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<string, Quantity>? Expected = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Feasible = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Station = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AdviceHeard? Advice = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? FailuresTold = null) : LabEvent;

/// <summary>What a trial gave is known while it still cleans up, and whoever chooses the next one is told; <see cref="TrialMeasured"/> follows when it has, or when no more can be done for its sample.</summary>
/// <inheritdoc cref="TrialMeasured"/>
public sealed record TrialKnown(
    int Trial,
    ImmutableSortedDictionary<string, Quantity> Outputs,
    double Objective,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<ModelUse>? Models = null) : LabEvent;

/// <summary>The scheduler has given a trial its station, at which it is made from its first step to its last. Durable before anything of it is intended.</summary>
public sealed record TrialStationed(int Trial, string Station) : LabEvent;

/// <param name="Outputs">Everything the analysis gave, by name.</param>
/// <param name="Objective">The one that the goal is about, or the first of several.</param>
/// <param name="Models">The models that took part in the analysis; null where none did.</param>
public sealed record TrialMeasured(
    int Trial,
    ImmutableSortedDictionary<string, Quantity> Outputs,
    double Objective,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<ModelUse>? Models = null) : LabEvent;

public sealed record TrialFailed(int Trial, CauseCode Cause, string Reason) : LabEvent;

/// <summary>It does not begin before there is enough of a consumable again.</summary>
/// <param name="For">The consumable.</param>
public sealed record TrialWaits(int Trial, string For, string Reason) : LabEvent;

/// <summary>A person ended it: by aborting the campaign, by an emergency stop, or by giving up what nobody knows. Or nothing of it had been done when the campaign was to begin no more: its goal was reached, its time over, or it was to finish.</summary>
public sealed record TrialAbandoned(int Trial, string Reason) : LabEvent;

/// <summary>A person has taken the sample of a trial by hand out of what carries samples; there is nothing to clean up, and it stands nowhere.</summary>
/// <param name="Instrument">What had it in its gripper.</param>
public sealed record SampleTaken(int Trial, string Instrument, string By, string Reason) : LabEvent;

/// <summary>A person has cleaned up by hand after a trial, and emptied its vessel for instance, since nobody will know any more whether the lab has. What is given up after that is not meant.</summary>
public sealed record PlaceCleaned(int Trial, string By) : LabEvent;

/// <summary>Durable before the command is sent.</summary>
/// <param name="Index">Place of the action in its step, from 0; <see cref="ActionPlace.Carry"/> for carrying the sample to where the step happens.</param>
/// <param name="Deadline">Lab time after which the action must not start.</param>
/// <param name="At">The position at which the trial's sample stands then, or to which it is carried; null where samples are not carried.</param>
/// <param name="Shared">How many trials share the action, each with an intent of the same id; null where it is this trial's alone.</param>
/// <param name="Draws">What it is to use up of the lab's consumables; null where it uses up none.</param>
/// <param name="SetUp">Seconds that it takes longer because the instrument is brought to another setting first, by the lab's file; null where it is not.</param>
/// <param name="Waited">Why its step did not begin earlier, once all that comes before it had ended, with the carriage to it or the first action of the step; null where it did not wait.</param>
public sealed record ActionIntended(
    ActionId Action,
    int Trial,
    string Step,
    int Index,
    string Instrument,
    string Command,
    ImmutableSortedDictionary<string, Quantity> Arguments,
    DateTimeOffset Deadline,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? At = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Shared = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<Drawing>? Draws = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<StepWait>? Waited = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? SetUp = null) : LabEvent;

/// <summary>Durable before the result is acknowledged to the driver.</summary>
/// <param name="Repetition">Of one that did not succeed: why doing it again could not do it twice; null where it could, as far as anybody knows.</param>
public sealed record ActionEnded(
    ActionId Action, int Trial, string Step, int Index, ResultFrame Result,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Repetition? Repetition = null) : LabEvent;
