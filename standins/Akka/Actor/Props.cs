using System.Linq.Expressions;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>How to make an actor, as often as it is restarted: its type, its constructor's arguments, its dispatcher. Immutable.</summary>
public class Props
{
    private static readonly object[] s_none = [];

    private readonly Func<ActorBase> _factory;

    private Props(Type type, object[] arguments, Func<ActorBase> factory, SupervisorStrategy strategy, string dispatcher)
    {
        Type = type;
        Arguments = arguments;
        _factory = factory;
        SupervisorStrategy = strategy;
        Dispatcher = dispatcher;
    }

    public Type Type { get; }

    public object[] Arguments { get; }

    /// <summary>What the props lay down over the actor's own SupervisorStrategy(); null leaves it to the actor.</summary>
    public SupervisorStrategy SupervisorStrategy { get; }

    public string Dispatcher { get; }

    /// <summary>Props from an expression of the form () => new T(...). The arguments are evaluated here, once.</summary>
    /// <exception cref="InvalidCastException">The expression is something else than a call of a constructor.</exception>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy supervisorStrategy = null)
        where TActor : ActorBase => factory.Body switch
        {
            UnaryExpression => new Props(typeof(TActor), s_none, factory.Compile(), supervisorStrategy, Dispatchers.DefaultDispatcherId),
            var body => OfType(typeof(TActor), [.. ((NewExpression)body).Arguments.Select(Evaluate)], supervisorStrategy),
        };

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => OfType(typeof(TActor), args, null);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => OfType(typeof(TActor), s_none, supervisorStrategy);

    public static Props Create(Type type, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!typeof(ActorBase).IsAssignableFrom(type))
            throw new ArgumentException($"Unknown actor producer [{type.FullName}]", nameof(type));
        return OfType(type, args, null);
    }

    /// <summary>The dispatcher's id is checked by ActorOf, not here.</summary>
    public Props WithDispatcher(string dispatcher) => new(Type, Arguments, _factory, SupervisorStrategy, dispatcher);

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) =>
        new(Type, Arguments, _factory, supervisorStrategy, Dispatcher);

    /// <summary>Makes an instance; works only where the system calls it.</summary>
    internal ActorBase NewActor() => _factory();

    private static Props OfType(Type type, object[] args, SupervisorStrategy strategy)
    {
        args ??= s_none;
        return new Props(type, args, () => Make(type, args), strategy, Dispatchers.DefaultDispatcherId);
    }

    private static ActorBase Make(Type type, object[] args)
    {
        try
        {
            return (ActorBase)Activator.CreateInstance(type, args);
        }
        catch (Exception failure)
        {
            throw new TypeLoadException($"Error while creating actor instance of type {type} with {args.Length} args: ({string.Join(",", args)})", failure);
        }
    }

    private static object Evaluate(Expression argument) => argument is ConstantExpression constant
        ? constant.Value
        : Expression.Lambda<Func<object>>(Expression.Convert(argument, typeof(object))).Compile(preferInterpretation: true)();
}
