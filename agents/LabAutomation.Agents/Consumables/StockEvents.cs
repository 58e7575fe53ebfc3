using System.Text.Json.Serialization;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Consumables;

/// <summary>The lab's file declares a consumable for the first time, or otherwise than before. Like all that happens to stock, the lab's and no campaign's.</summary>
public sealed record ConsumableDeclared(string Consumable, Quantity OnHand, Quantity Capacity, Quantity Low) : LabEvent;

/// <summary>A person has put more of it there.</summary>
public sealed record ConsumableRefilled(string Consumable, Quantity Amount, string By) : LabEvent;

/// <summary>A person has looked how much there is, whatever was thought before.</summary>
public sealed record ConsumableCounted(string Consumable, Quantity Amount, string By) : LabEvent;

/// <summary>A person is asked to refill a consumable.</summary>
/// <param name="Amount">That there is room for.</param>
/// <param name="IsWaitedFor">Whether a trial waits for it now.</param>
/// <param name="Due">Lab time by which it will be wanted; null where nobody can tell yet.</param>
public sealed record RefillRequested(
    string Consumable, Quantity Amount, bool IsWaitedFor, string Reason, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Due = null) : LabEvent;
