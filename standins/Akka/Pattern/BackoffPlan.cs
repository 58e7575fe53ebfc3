using Akka.Actor;

namespace Akka.Pattern;

/// <summary>The options with all that was laid down.</summary>
internal sealed class BackoffPlan(
    bool onFailure, Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor) : BackoffOptions
{
    public bool OnFailure => onFailure;

    public Props ChildProps => childProps;

    public string ChildName => childName;

    /// <summary>How long a child must live for the count to start anew; null for the first pause.</summary>
    private TimeSpan? Reset { get; init; }

    public TimeSpan ResetBackoff => Reset ?? minBackoff;

    public OneForOneStrategy Strategy { get; private init; } = new(-1, -1, SupervisorStrategy.DefaultDecider);

    internal override Props Props
    {
        get
        {
            if (minBackoff <= TimeSpan.Zero)
                throw new ArgumentException($"The first pause must be above zero; it is {minBackoff}.");
            if (maxBackoff < minBackoff)
                throw new ArgumentException($"The longest pause must not be below the first, {minBackoff}; it is {maxBackoff}.");
            if (randomFactor is not (>= 0 and <= 1))
                throw new ArgumentException($"The random factor must be between 0 and 1; it is {randomFactor}.");
            return Props.Create<BackoffActor>(this);
        }
    }

    public override BackoffOptions WithAutoReset(TimeSpan resetBackoff) => With(resetBackoff, Strategy);

    public override BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy) => With(Reset, supervisorStrategy);

    public override BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries) => With(Reset, Strategy.WithMaxNrOfRetries(maxNrOfRetries));

    /// <summary>min × 2^starts, at most max, lengthened by chance.</summary>
    public TimeSpan PauseAfter(int starts, Random random)
    {
        var ticks = Math.Min(maxBackoff.Ticks, minBackoff.Ticks * Math.Pow(2, starts)) * (1 + random.NextDouble() * randomFactor);
        return ticks < long.MaxValue ? new TimeSpan((long)ticks) : maxBackoff;
    }

    private BackoffPlan With(TimeSpan? reset, OneForOneStrategy strategy) =>
        new(onFailure, childProps, childName, minBackoff, maxBackoff, randomFactor) { Reset = reset, Strategy = strategy };
}
