using System.Globalization;

namespace LabAutomation.Simulators.Time;

/// <summary>A virtual run cannot go on: somebody waits for what nobody will do.</summary>
public sealed class StalledException : Exception
{
    /// <param name="at">Virtual time.</param>
    public StalledException(DateTimeOffset at)
        : base(string.Create(CultureInfo.InvariantCulture, $"nothing is due after {at:u} and nothing is left to do, but the work has not ended")) => At = at;

    /// <param name="at">Virtual time.</param>
    /// <param name="turns">How many turns were taken at that instant.</param>
    public StalledException(DateTimeOffset at, int turns)
        : base(string.Create(CultureInfo.InvariantCulture, $"after {turns} turns it is still {at:u}: the work goes round in circles")) => At = at;

    /// <param name="at">Virtual time.</param>
    /// <param name="message">With who waits for whom.</param>
    public StalledException(DateTimeOffset at, string message) : base(message) => (At, IsTold) = (at, true);

    /// <summary>Whether the message says who waits for whom.</summary>
    public bool IsTold { get; }

    /// <summary>Virtual time at which it stands.</summary>
    public DateTimeOffset At { get; }
}
