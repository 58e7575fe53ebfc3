using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LabAutomation.Protocol;

/// <summary>What a person or a program wants done to what waits: the payload of <c>ctl/queue</c> at the lab's desk. What is left out stays as it is.</summary>
/// <param name="What">One of <see cref="All"/>.</param>
/// <param name="Campaign">As it is on record; of <c>add</c> the name of the file; empty for all that run, where one of <see cref="Interruptions"/> is wanted. <c>halt</c> is for all.</param>
/// <param name="By">Who wants it.</param>
/// <param name="Role">As the policy names it; <c>operator</c> for a person.</param>
/// <param name="Trial">A trial of the campaign that has not begun; null for the campaign itself.</param>
/// <param name="Priority">Of <c>move</c>: 0 to 9, higher ones come first.</param>
/// <param name="Trials">Of <c>edit</c>: most trials of the campaign.</param>
/// <param name="Parallel">Of <c>edit</c>: trials under way at once.</param>
/// <param name="Values">Of <c>edit</c>: other values of the trial's parameters, as the campaign file would write them.</param>
/// <param name="Text">Of <c>add</c>: the campaign file.</param>
/// <param name="Constants">Of <c>add</c>: values in place of the file's.</param>
/// <param name="Tables">Of <c>add</c>: the texts of the tables that the file names, by their names in it.</param>
/// <param name="Now">Of <c>pause</c>: whether to rest before the trials under way have ended.</param>
public sealed record QueueOrder(
    string What,
    string Campaign,
    string By,
    string Role,
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Trial = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Priority = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Trials = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Parallel = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<string, string>? Values = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<string, string>? Constants = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<string, string>? Tables = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Now = false)
{
    public const string Verb = "queue";

    public const string Add = "add", Move = "move", Hold = "hold", Unhold = "unhold", Remove = "remove", Edit = "edit";

    public const string Pause = "pause", Resume = "resume", Finish = "finish", Abort = "abort", Halt = "halt";

    /// <summary>What is done to campaigns that run, whether anything of them waits or not.</summary>
    public static ImmutableArray<string> Interruptions { get; } = [Pause, Resume, Finish, Abort, Halt];

    public static ImmutableArray<string> All { get; } = [Add, Move, Hold, Unhold, Remove, Edit, .. Interruptions];

    /// <summary>As people call what it is about.</summary>
    [JsonIgnore]
    public string Target => Trial is { } number ? FormattableString.Invariant($"{Campaign}/{number}") : Campaign;
}

/// <summary>The payload of <c>ctl/refill</c> at the lab's desk: a person has refilled a consumable, or counted it.</summary>
/// <param name="Counted">Whether the amount is what is there now, in place of what was added.</param>
public sealed record StockOrder(string Consumable, Quantity Amount, bool Counted, string By, DateTimeOffset At)
{
    public const string Verb = "refill";
}
