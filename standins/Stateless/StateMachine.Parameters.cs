namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    /// <exception cref="InvalidOperationException">The trigger's parameters were set before.</exception>
    public TriggerWithParameters SetTriggerParameters(TTrigger trigger, params Type[] argumentTypes) =>
        Declare(new TriggerWithParameters(trigger, argumentTypes));

    public TriggerWithParameters<TArg0> SetTriggerParameters<TArg0>(TTrigger trigger) =>
        Declare(new TriggerWithParameters<TArg0>(trigger));

    public TriggerWithParameters<TArg0, TArg1> SetTriggerParameters<TArg0, TArg1>(TTrigger trigger) =>
        Declare(new TriggerWithParameters<TArg0, TArg1>(trigger));

    public TriggerWithParameters<TArg0, TArg1, TArg2> SetTriggerParameters<TArg0, TArg1, TArg2>(TTrigger trigger) =>
        Declare(new TriggerWithParameters<TArg0, TArg1, TArg2>(trigger));

    private T Declare<T>(T trigger)
        where T : TriggerWithParameters
    {
        if (!_parameters.TryAdd(trigger.Trigger, trigger))
            throw new InvalidOperationException($"The parameters of trigger '{trigger.Trigger}' are set already; set them once.");
        return trigger;
    }
}
