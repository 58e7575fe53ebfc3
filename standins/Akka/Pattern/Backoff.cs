using Akka.Actor;

namespace Akka.Pattern;

/// <summary>Which end of a child is followed by a new start after a pause.</summary>
public static class Backoff
{
    /// <summary>The child starts again when it has failed and its supervisor's strategy says restart. When it stops of itself, the supervisor stops.</summary>
    /// <param name="childProps">The child.</param>
    /// <param name="childName">Its name under the supervisor.</param>
    /// <param name="minBackoff">The first pause; each further one is twice as long. Above zero.</param>
    /// <param name="maxBackoff">The longest pause before chance is added; not below the first.</param>
    /// <param name="randomFactor">Up to which share of it a pause is lengthened by chance, 0 to 1.</param>
    /// <param name="maxNrOfRetries">New starts before the supervisor stops for good; -1 for no limit.</param>
    public static BackoffOptions OnFailure(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new BackoffPlan(true, childProps, childName, minBackoff, maxBackoff, randomFactor).WithMaxNrOfRetries(maxNrOfRetries);

    /// <summary>The child starts again when it has stopped, whyever. A failure is left to the strategy: the default restarts without a pause.</summary>
    /// <inheritdoc cref="OnFailure" path="/param"/>
    public static BackoffOptions OnStop(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new BackoffPlan(false, childProps, childName, minBackoff, maxBackoff, randomFactor).WithMaxNrOfRetries(maxNrOfRetries);
}
