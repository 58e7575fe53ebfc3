namespace LabAutomation.Simulators.Wire;

/// <summary>A device behind a byte line. Called under the lock of its world, one call at a time.</summary>
public interface IWireDevice
{
    /// <summary>A controller took the line. What the device sends goes to <paramref name="send"/>.</summary>
    void Open(Action<byte[]> send);

    /// <summary>Bytes in the order they came, cut anywhere.</summary>
    void Receive(ReadOnlySpan<byte> bytes);

    /// <summary>Whether nothing of it moves, heats, doses or emits at this moment, by its own state and whatever it says on its line; null where nobody has said how one sees that.</summary>
    bool? IsAtRest => null;

    /// <summary>The controller let go: half-received messages and unread answers are gone, the device goes on.</summary>
    void Close();
}
