using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Decides over the failed child alone.</summary>
public class OneForOneStrategy : SupervisorStrategy
{
    /// <param name="maxNrOfRetries">Restarts within the time range before the child is stopped; null or -1 for no limit, 0 for none.</param>
    /// <param name="withinTimeRange">Null for all time.</param>
    /// <param name="localOnlyDecider">What to do about which exception.</param>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries ?? -1, Milliseconds(withinTimeRange), localOnlyDecider)
    {
    }

    public OneForOneStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, new LocalOnlyDecider(localOnlyDecider), loggingEnabled)
    {
    }

    internal OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
    {
        MaxNumberOfRetries = maxNrOfRetries;
        WithinTimeRangeMilliseconds = withinTimeMilliseconds;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, localOnlyDecider)
    {
    }

    internal override IDecider Decider { get; }

    internal int MaxNumberOfRetries { get; }

    internal int WithinTimeRangeMilliseconds { get; }

    internal OneForOneStrategy WithMaxNrOfRetries(int maxNrOfRetries) => new(maxNrOfRetries, WithinTimeRangeMilliseconds, Decider);

    private protected override void Process(ActorCell cell, bool restart, ChildRestartStats child, Exception cause)
    {
        if (restart && child.RequestRestart(MaxNumberOfRetries, WithinTimeRangeMilliseconds))
            child.Child.SendSystemMessage(new Recreate(cause));
        else
            cell.Stop(child.Child);
    }
}
