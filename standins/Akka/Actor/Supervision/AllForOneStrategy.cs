using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Does to all children what it decides over the failed one.</summary>
public class AllForOneStrategy : SupervisorStrategy
{
    /// <param name="maxNrOfRetries">Restarts within the time range before the child is stopped; null or -1 for no limit, 0 for none.</param>
    /// <param name="withinTimeRange">Null for all time.</param>
    /// <param name="localOnlyDecider">What to do about which exception.</param>
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries ?? -1, Milliseconds(withinTimeRange), localOnlyDecider)
    {
    }

    public AllForOneStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, new LocalOnlyDecider(localOnlyDecider), loggingEnabled)
    {
    }

    internal AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
    {
        MaxNumberOfRetries = maxNrOfRetries;
        WithinTimeRangeMilliseconds = withinTimeMilliseconds;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, localOnlyDecider)
    {
    }

    internal override IDecider Decider { get; }

    internal int MaxNumberOfRetries { get; }

    internal int WithinTimeRangeMilliseconds { get; }

    private protected override void Process(ActorCell cell, bool restart, ChildRestartStats child, Exception cause)
    {
        var siblings = cell.ChildrenByAge();
        if (restart && siblings.All(sibling => sibling.RequestRestart(MaxNumberOfRetries, WithinTimeRangeMilliseconds)))
        {
            foreach (var sibling in siblings)
            {
                // The failed one is suspended already.
                if (!ReferenceEquals(sibling, child))
                    sibling.Child.SendSystemMessage(new Suspend());
                sibling.Child.SendSystemMessage(new Recreate(cause));
            }
        }
        else
        {
            foreach (var sibling in siblings)
                cell.Stop(sibling.Child);
        }
    }
}
