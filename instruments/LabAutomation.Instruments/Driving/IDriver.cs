using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// One device, seen from the lab: what it offers, and the device bytes behind each command. One plain class around a state machine
/// over a byte stream. A <see cref="DriverHost"/> owns it, calls it one call at a time, and has checked every command before.
/// </summary>
/// <remarks>
/// A driver throws <see cref="InstrumentFaultException"/> when the device says that it cannot, and <see cref="InstrumentLinkException"/>
/// when the device cannot be understood. The token of a call asks it to come to a safe end soon; the driver then stops the device
/// and returns what was reached, it does not throw. It is disposed in the midst of a call where another host has taken its place: from then on no byte
/// of it reaches the device, and the call may throw whatever it likes.
/// </remarks>
public interface IDriver : IAsyncDisposable
{
    /// <summary>The name of the driver family, such as <c>new-era-ne1000</c>.</summary>
    string Family { get; }

    ImmutableArray<CommandDescription> Commands { get; }

    ImmutableArray<PropertyDescription> Properties { get; }

    /// <summary>From the call of <see cref="MakeSafeAsync"/> until nothing moves, flows or heats any more, the device's own run-down included.</summary>
    TimeSpan SafeWithin { get; }

    /// <summary>
    /// Opens the link, again where it was open, and asks the device who it is. Stops nothing and clears no counter, so that
    /// <see cref="RecoverAsync"/> can still find out what happened.
    /// </summary>
    Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation);

    Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation);

    /// <summary>Finds out from the device and the marks what became of an action that was started and has no end; waits for its end where it still runs.</summary>
    /// <remarks>
    /// Where the token has fired, or fires meanwhile, it sets nothing going: the device may have been made safe. What would have to be set going anew has not happened, so that the host judges whether it still may run.
    /// Asked over a lost link too, of an action without marks: a driver that marks before each byte knows then that none was sent, and another one throws.
    /// </remarks>
    Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation);

    /// <summary>The properties as the device has them now; some may be missing.</summary>
    Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation);

    /// <summary>Stops whatever moves, flows or heats. Harmless when repeated.</summary>
    Task MakeSafeAsync(CancellationToken cancellation);

    /// <summary>Which of its own states the driver is in, by the name that <see cref="ToMermaid"/> gives it. It changes once at most between two exchanges with the device.</summary>
    string State { get; }

    /// <summary>The driver's own states as a Mermaid diagram.</summary>
    string ToMermaid();
}
