namespace Stateless;

public partial class StateMachine<TState, TTrigger>
{
    /// <summary>A trigger together with the types of the arguments it is fired with.</summary>
    public class TriggerWithParameters(TTrigger underlyingTrigger, params Type[] argumentTypes)
    {
        private readonly Type[] _argumentTypes = argumentTypes ?? throw new ArgumentNullException(nameof(argumentTypes));

        public TTrigger Trigger { get; } = underlyingTrigger;

        public IEnumerable<Type> ArgumentTypes => _argumentTypes;

        /// <exception cref="ArgumentException">There are too many arguments, or some but too few, or one is of the wrong type.</exception>
        public void ValidateParameters(object?[] args)
        {
            ArgumentNullException.ThrowIfNull(args);
            Arguments.Check(args, _argumentTypes);
        }
    }

    public class TriggerWithParameters<TArg0>(TTrigger underlyingTrigger)
        : TriggerWithParameters(underlyingTrigger, typeof(TArg0));

    public class TriggerWithParameters<TArg0, TArg1>(TTrigger underlyingTrigger)
        : TriggerWithParameters(underlyingTrigger, typeof(TArg0), typeof(TArg1));

    public class TriggerWithParameters<TArg0, TArg1, TArg2>(TTrigger underlyingTrigger)
        : TriggerWithParameters(underlyingTrigger, typeof(TArg0), typeof(TArg1), typeof(TArg2));
}
