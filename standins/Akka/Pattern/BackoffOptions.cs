using Akka.Actor;

namespace Akka.Pattern;

/// <summary>How a child is started again; immutable, made by <see cref="Backoff"/>.</summary>
public abstract class BackoffOptions
{
    private protected BackoffOptions()
    {
    }

    internal abstract Props Props { get; }

    /// <summary>Counts from zero again when the child has lived so long; without this, after the first pause's time.</summary>
    public abstract BackoffOptions WithAutoReset(TimeSpan resetBackoff);

    /// <summary>Decides over failures in place of the default strategy. Its limit is the one that counts, its time range the reset's.</summary>
    public abstract BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy);

    public abstract BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries);
}
