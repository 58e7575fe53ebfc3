using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>What a driver may use while it carries out one action.</summary>
public interface IActionScope
{
    /// <summary>Lab time, for the durations of the experiment. Reply timeouts of the link are real time and the driver's own affair.</summary>
    TimeProvider Clock { get; }

    /// <summary>
    /// Fires where the whole unit is aborted and not only this action cancelled: what a cancelled action would still wait for, such as a
    /// motor that runs down, is not worth waiting for, since the device is made safe only after the driver has returned.
    /// </summary>
    CancellationToken Aborting { get; }

    /// <summary>
    /// Writes a note into the journal, durable on return: what the device's counter shows, or which byte is about to be sent. A driver
    /// marks before it sends what cannot be taken back.
    /// </summary>
    /// <exception cref="JournalException">The note could not be written; the byte must not be sent.</exception>
    void Mark(string key, string value);

    /// <param name="progress">0 to 1; a value below an earlier one is ignored.</param>
    /// <param name="step">What is being done, in a few words.</param>
    /// <param name="eta">Time until the expected end, where it is known.</param>
    void Report(double progress, string step, TimeSpan? eta = null);

    /// <summary>
    /// Where somebody has asked for a hold: brings the device to rest, waits until it is let go or the action is cancelled, and lets the
    /// device go on unless it was cancelled. A driver calls it wherever an action whose command declares
    /// <see cref="CommandDescription.HoldWithin"/> can be held, at least so often.
    /// </summary>
    /// <param name="rest">Brings the device to rest. After a restart of the program it may be at rest already.</param>
    /// <param name="goOn">Goes on from there. What ended by itself meanwhile must not begin again.</param>
    /// <returns>Lab time that the hold took; zero where nobody asked for one.</returns>
    /// <exception cref="JournalException">The hold could not be made durable.</exception>
    Task<TimeSpan> HoldPointAsync(Func<Task> rest, Func<Task> goOn, CancellationToken cancellation);

    /// <summary>Lab time within which the lab wants to hear each property again, also while the action runs. See <see cref="PropertyRound"/>.</summary>
    TimeSpan PropertyPeriod => TimeSpan.FromSeconds(30);

    /// <summary>Tells the lab a property's present value.</summary>
    void Observe(string property, Quantity value);
}
