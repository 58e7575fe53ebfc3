using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Consumables;

/// <summary>How much of a consumable an action is asked to draw.</summary>
/// <param name="Argument">The argument that says so; an output of that name tells how much it was.</param>
/// <param name="Amount">In the unit of the consumable.</param>
public sealed record Drawing(string Consumable, string Argument, Quantity Amount)
{
    /// <summary>What the end of the action says was drawn. Where that is not said, as much as was asked for, unless it is certain that nothing was begun.</summary>
    internal double By(ActionEnded ended)
    {
        var result = ended.Result;
        if (result.Status is ActionStatus.UnknownOutcome) return Amount.Value;
        if (ended.Repetition is Repetition.DidNothing) return 0;
        if (result.Outputs.TryGetValue(Argument, out var told) && told.Unit.Fits(Amount.Unit)) return Math.Max(0, told.In(Amount.Unit));
        return result switch
        {
            { Status: ActionStatus.Expired } or { Status: ActionStatus.Failed, Cause: CauseCode.InvalidCommand or CauseCode.OutOfRange } => 0,
            _ => Amount.Value,
        };
    }
}
