using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>What no bus can do: the hands that start and stop a driver host, and the eyes on its device.</summary>
/// <remarks>Whatever <see cref="Can"/> does not name throws <see cref="NotSupportedException"/>.</remarks>
public interface IConformanceHarness : IAsyncDisposable
{
    InstrumentTopics Topics { get; }

    HarnessAbilities Can { get; }

    /// <summary>Lab time.</summary>
    TimeProvider Clock { get; }

    /// <summary>Real time after which an answer is missing.</summary>
    TimeSpan Patience { get; }

    /// <summary>Lab time that messages and the computer may take beside what is measured.</summary>
    TimeSpan Slack { get; }

    /// <summary>The keep-alive of the host's connection, in real time.</summary>
    TimeSpan KeepAlive { get; }

    /// <summary>Real time without a broker after which the driver makes its device safe; null where nobody says.</summary>
    TimeSpan? BrokerLease { get; }

    /// <summary>Whether the device is known to be simulated; null where the harness does not know.</summary>
    bool? Simulated { get; }

    /// <summary>Bytes that reached the device since the harness was made.</summary>
    long DeviceBytes { get; }

    /// <summary>Effects by the device's ledger, as text: kind and amount, in order.</summary>
    IReadOnlyList<string> Effects { get; }

    /// <summary>Whether nothing of the device moves, heats, doses or emits now, by its own state; null where nobody can say.</summary>
    bool? IsDeviceAtRest { get; }

    /// <summary>The unit's state graph in Mermaid, as the host exports it.</summary>
    string Graph { get; }

    /// <summary>The driver's own states, as a Mermaid diagram.</summary>
    string DriverGraph { get; }

    /// <summary>The driver's own state before it was called for the first time, and every change of it that was seen around its calls and its exchanges with the device.</summary>
    (string Initial, IReadOnlyList<(string From, string To)> Steps) DriverStates { get; }

    /// <summary>A client that is connected.</summary>
    Task<ILabBus> ConnectAsync(ConformanceClient client, CancellationToken cancellation);

    /// <summary>Returns when the host takes commands; a host that runs already is left alone.</summary>
    Task StartAsync(CancellationToken cancellation);

    Task StopAsync(CancellationToken cancellation);

    Task KillAsync();

    /// <summary>Ends the host at the n-th boundary of its journal from now on: odd ones lie before a write, even ones behind it. 0 takes it back.</summary>
    /// <returns>Completes when the host has ended there.</returns>
    Task KillAtBoundary(int boundary);

    /// <summary>Starts a second host; it becomes the one that <see cref="StopAsync"/> and <see cref="KillAsync"/> mean.</summary>
    /// <param name="ownJournal">Whether it has a journal of its own, rather than the first one's.</param>
    /// <returns>False where it found that the instrument has a host, and did not start.</returns>
    Task<bool> StartTwinAsync(bool ownJournal, CancellationToken cancellation);

    /// <summary>Ends the host, puts the device and the journal away, and builds and starts all of it again from the same seed.</summary>
    Task RebuildAsync(CancellationToken cancellation);

    /// <summary>Puts another device of the same make and settings, which has done nothing yet, in the place of the one that is there: <see cref="Effects"/> are its own from then on. The host must not run.</summary>
    void ExchangeDevice();

    /// <summary>While held, what the device answers does not arrive.</summary>
    void HoldAnswers(bool held);

    /// <summary>While spoilt, every byte that the device answers arrives as another one.</summary>
    void SpoilAnswers(bool spoilt);

    void FillDisk(bool full);

    Task RestartBrokerAsync();

    void CutBusLink();

    /// <summary>From the next start on the host goes that long without a broker; for a harness that starts every host anew.</summary>
    void ShortenBrokerLease(TimeSpan lease);

    /// <summary>A death of an earlier epoch, retained, from an account that may tell it.</summary>
    Task TellDeathAsync(Liveness death, CancellationToken cancellation);

    void Freeze(bool frozen);

    void MendBusLink();
}

/// <summary>The kit's clients: each has an account of its own where the broker has accounts.</summary>
public enum ConformanceClient
{
    /// <summary>Sends commands and reads answers; may do what agents may.</summary>
    Caller,

    /// <summary>Hears everything from the first word; may do what agents may.</summary>
    Witness,

    /// <summary>Comes late; may do what agents may.</summary>
    Late,

    /// <summary>The driver of another instrument.</summary>
    Stranger,

    /// <summary>Trips, takes trips back and tells heartbeats; may do what the interlock may.</summary>
    Interlock,
}
