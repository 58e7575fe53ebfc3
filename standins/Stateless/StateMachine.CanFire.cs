namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    /// <summary>Whether the current state permits the trigger; guards over arguments see default values.</summary>
    public bool CanFire(TTrigger trigger) => CanAccept(trigger, [], out _);

    public bool CanFire<TArg0>(TriggerWithParameters<TArg0> trigger, TArg0 arg0) => CanFire(trigger, arg0, out _);

    public bool CanFire<TArg0, TArg1>(TriggerWithParameters<TArg0, TArg1> trigger, TArg0 arg0, TArg1 arg1) =>
        CanFire(trigger, arg0, arg1, out _);

    public bool CanFire<TArg0, TArg1, TArg2>(TriggerWithParameters<TArg0, TArg1, TArg2> trigger, TArg0 arg0, TArg1 arg1, TArg2 arg2) =>
        CanFire(trigger, arg0, arg1, arg2, out _);

    /// <param name="trigger">The trigger in question.</param>
    /// <param name="unmetGuards">Descriptions of the guards that stand in the way; null when the trigger is not configured at all.</param>
    public bool CanFire(TTrigger trigger, out ICollection<string>? unmetGuards) => CanAccept(trigger, [], out unmetGuards);

    public bool CanFire<TArg0>(TriggerWithParameters<TArg0> trigger, TArg0 arg0, out ICollection<string>? unmetGuards)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        return CanAccept(trigger.Trigger, [arg0], out unmetGuards);
    }

    public bool CanFire<TArg0, TArg1>(
        TriggerWithParameters<TArg0, TArg1> trigger, TArg0 arg0, TArg1 arg1, out ICollection<string>? unmetGuards)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        return CanAccept(trigger.Trigger, [arg0, arg1], out unmetGuards);
    }

    public bool CanFire<TArg0, TArg1, TArg2>(
        TriggerWithParameters<TArg0, TArg1, TArg2> trigger, TArg0 arg0, TArg1 arg1, TArg2 arg2, out ICollection<string>? unmetGuards)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        return CanAccept(trigger.Trigger, [arg0, arg1, arg2], out unmetGuards);
    }

    private bool CanAccept(TTrigger trigger, object?[] arguments, out ICollection<string>? unmetGuards)
    {
        var choice = Current.Choose(trigger, arguments);
        unmetGuards = choice.IsPermitted ? [] : choice.UnmetGuards;
        return choice.IsPermitted;
    }
}
