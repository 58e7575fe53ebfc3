using System.Collections.Immutable;
using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Time;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Lab.Conforming;

/// <summary>What the kit finds around a driver: fast lab time, a simulated device and a simulated broker.</summary>
internal static class ConformingWorld
{
    public const long Seed = 1;

    /// <summary>Lab seconds per second.</summary>
    private const double Speed = 60;

    /// <summary>No driver waits longer than this for a device that says nothing, by real time: the kit itself has to wait for it.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(2);

    /// <param name="linkTimeout">What <see cref="ConformanceSample.LinkTimeout"/> says of the driver.</param>
    /// <param name="broker">A simulated one where null.</param>
    public static InProcessSetup Setup(
        string family,
        ImmutableSortedDictionary<string, string> settings,
        DriverFamilies drivers,
        TimeSpan linkTimeout,
        Func<TimeProvider, ConformanceDevice> device,
        Func<TimeProvider, Task<(ConformanceBroker Broker, IAsyncDisposable? Lifetime)>>? broker = null) => new()
        {
            Clock = () => new AcceleratedTimeProvider(TimeProvider.System, Speed, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            Speed = Speed,
            Device = device,
            Driver = (connect, clock) => drivers.Create(new DriverSettings(family, settings), connect, clock, LinkClock(linkTimeout)),
            Broker = broker ?? Simulated,
        };

    private static TimeProvider LinkClock(TimeSpan timeout) =>
        timeout <= LongestSilence ? TimeProvider.System : new AcceleratedTimeProvider(TimeProvider.System, timeout / LongestSilence, TimeProvider.System.GetUtcNow());

    /// <param name="hand">What somebody does at the device whenever a line to it is opened.</param>
    public static ConformanceDevice Alone(Func<DeviceSite, DeviceSetup> make, string family, ImmutableSortedDictionary<string, string> settings, TimeProvider clock, Action<SimulatedDevice>? hand = null)
    {
        var device = new SimulatedDevice(make, new DeviceSite(family, Seed, clock, null, settings, new DeviceFaults()));
        return new ConformanceDevice(Connect, () => Texts(device.Effects, family), device) { IsAtRest = () => device.IsAtRest };

        Stream Connect()
        {
            hand?.Invoke(device);
            return device.Connect();
        }
    }

    /// <summary>What a device was made to do. What became of it since follows from that, and would count it twice.</summary>
    public static string[] Texts(EffectLedger ledger, string device) =>
        [.. ledger.All.Where(effect => effect.Device == device && !EffectKind.Follows(effect.Kind)).Select(effect => FormattableString.Invariant($"{effect.Kind} {effect.Amount:G6}"))];

    private static Task<(ConformanceBroker Broker, IAsyncDisposable? Lifetime)> Simulated(TimeProvider clock)
    {
        var broker = new SimulatedBroker(clock);
        return Task.FromResult((Over(broker), (IAsyncDisposable?)null));
    }

    private static ConformanceBroker Over(SimulatedBroker broker)
    {
        var severed = new HashSet<string>(StringComparer.Ordinal);
        return new ConformanceBroker((id, will, access) => broker.CreateBus(id, will, access), Sever, Mend, RestartAsync);

        void Sever(string id)
        {
            broker.Sever(id);
            lock (severed) severed.Add(id);
        }

        void Mend(string id)
        {
            lock (severed)
            {
                if (!severed.Remove(id)) return;
            }

            try
            {
                broker.Mend(id);
            }
            catch (ArgumentException)
            {
                // The client was put away while its link was down.
            }
        }

        Task RestartAsync()
        {
            var gone = ConformanceBroker.Accounts.Keys.Where(TryDrop).ToArray();
            foreach (var id in gone) broker.Mend(id);
            return Task.CompletedTask;
        }

        bool TryDrop(string id)
        {
            try
            {
                broker.Sever(id);
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }
}
