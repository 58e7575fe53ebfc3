using LabAutomation.Simulators.Wire;

namespace LabAutomation.Simulators.Worlds;

/// <summary>
/// One simulated device in a world of its own, reached by its vendor's bytes. With a state directory it outlives the program: opened
/// again, it goes on as if only the computer had been away.
/// </summary>
public sealed class SimulatedDevice : IDisposable
{
    private readonly DeviceSetup setup;
    private readonly DeviceLine line;

    /// <param name="family">A family that comes with the lab and has a simulated device of its own, see <see cref="SimulatedFamilies.BuiltIn"/>.</param>
    /// <param name="seed">Decides every imperfection and all noise, together with the name.</param>
    /// <param name="clock">Lab time.</param>
    /// <param name="stateDirectory">Created if missing; one device at a time. Null keeps the state in memory.</param>
    /// <param name="name">What the effects call the device; null takes the family's name.</param>
    /// <param name="settings">The settings of its driver, such as <c>unit-id</c>, so that both agree.</param>
    /// <exception cref="ArgumentException">The family has no simulated device.</exception>
    /// <exception cref="InvalidDataException">The directory holds a damaged device or one of another seed.</exception>
    public SimulatedDevice(
        string family, long seed, TimeProvider clock, string? stateDirectory = null, string? name = null, IReadOnlyDictionary<string, string>? settings = null)
        : this(SimulatedFamilies.BuiltIn.Maker(family), new DeviceSite(name ?? family, seed, clock, stateDirectory, settings ?? new Dictionary<string, string>(), new DeviceFaults()))
    {
    }

    /// <summary>A device of a family that does not come with the lab.</summary>
    /// <exception cref="InvalidDataException">The directory holds a damaged device or one of another seed.</exception>
    public SimulatedDevice(Func<DeviceSite, DeviceSetup> make, DeviceSite site)
    {
        setup = make(site);
        line = new DeviceLine(setup.World, site.Name, setup.Device, site.Faults);
        Look();
    }

    public DeviceFaults Faults => line.Faults;

    /// <inheritdoc cref="IWireDevice.IsAtRest"/>
    public bool? IsAtRest => line.IsAtRest;

    public EffectLedger Effects => setup.World.Ledger;

    /// <summary>Lab time at which the device of a state directory was last changed; null where there is none. Where the clock starts before it, the device goes on from there.</summary>
    /// <exception cref="InvalidDataException">The directory holds a damaged device.</exception>
    public static DateTimeOffset? TimeIn(string stateDirectory)
    {
        if (!Directory.Exists(stateDirectory)) return null;
        using var store = new StateStore<WorldState>(DeviceSite.Kind, stateDirectory);
        return store.Load()?.Time;
    }

    /// <summary>Opens the line to the device. A later connection takes the line over.</summary>
    /// <exception cref="ObjectDisposedException">The device was put away.</exception>
    public Stream Connect() => line.Connect();

    /// <summary>What a hand can reach at the device besides its line, such as the pan of a balance.</summary>
    /// <exception cref="InvalidOperationException">The device has no such thing.</exception>
    public T Surroundings<T>()
        where T : class =>
        setup.Surroundings as T ?? throw new InvalidOperationException(
            $"'{line.Name}' has no {typeof(T).Name}; around it is {setup.Surroundings?.GetType().Name ?? "nothing"}");

    /// <summary>Takes the controller off the line, for good; the device goes on.</summary>
    public void Unplug() => line.Unplug();

    public void Dispose()
    {
        Look();
        Unplug();
        (setup.Device as IDisposable)?.Dispose();
        setup.World.Dispose();
    }

    private void Look() => setup.World.Do(() => true);
}
