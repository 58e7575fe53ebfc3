using System.Collections.Immutable;

namespace LabAutomation.Instruments;

/// <summary>Makes a driver that is not connected yet.</summary>
/// <param name="settings">Checked here, at start-up; wrong ones throw <see cref="DriverSettingsException"/>.</param>
/// <param name="connect">Opens the byte stream to the device: a serial port, a socket, a simulated device.</param>
/// <param name="labClock">Durations of the experiment.</param>
/// <param name="linkClock">Reply timeouts of the link: real time, also where lab time runs faster.</param>
public delegate IDriver DriverFactory(DriverSettings settings, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock);

/// <summary>The driver families a lab can name in its file.</summary>
public sealed class DriverFamilies
{
    private readonly ImmutableSortedDictionary<string, DriverFactory> _factories;

    private DriverFamilies(ImmutableSortedDictionary<string, DriverFactory> factories) => _factories = factories;

    /// <summary>The families that come with the lab.</summary>
    public static DriverFamilies BuiltIn { get; } = new DriverFamilies(ImmutableSortedDictionary<string, DriverFactory>.Empty)
        .With(NewEraPumpDriver.FamilyName, (settings, connect, labClock, linkClock) => new NewEraPumpDriver(NewEraPumpOptions.From(settings), connect, labClock, linkClock))
        .With(IkaStirrerDriver.FamilyName, (settings, connect, labClock, linkClock) => new IkaStirrerDriver(IkaStirrerOptions.From(settings), connect, labClock, linkClock))
        .With(ScpiSpectrometerDriver.FamilyName, (settings, connect, labClock, linkClock) => new ScpiSpectrometerDriver(settings, connect, labClock, linkClock))
        .With(MettlerBalanceDriver.FamilyName, (settings, connect, labClock, linkClock) => new MettlerBalanceDriver(settings, connect, labClock, linkClock))
        .With(ModbusThermostatDriver.FamilyName, (settings, connect, labClock, linkClock) => new ModbusThermostatDriver(ModbusThermostatOptions.From(settings), connect, labClock, linkClock))
        .With(ScpiSmuDriver.FamilyName, (settings, connect, labClock, linkClock) => new ScpiSmuDriver(ScpiSmuOptions.From(settings), connect, labClock, linkClock))
        .With(OpentronsDriver.FamilyName, (settings, connect, labClock, linkClock) => new OpentronsDriver(OpentronsOptions.From(settings), connect, labClock, linkClock))
        .With(HttpImagerDriver.FamilyName, (settings, connect, _, linkClock) => new HttpImagerDriver(HttpImagerOptions.From(settings), connect, linkClock));

    public IEnumerable<string> Names => _factories.Keys;

    /// <summary>The same families and one more.</summary>
    public DriverFamilies With(string name, DriverFactory factory) => new(_factories.SetItem(name, factory));

    /// <inheritdoc cref="DriverFactory"/>
    /// <exception cref="DriverSettingsException">The family or one of its settings is not known or not right.</exception>
    public IDriver Create(DriverSettings settings, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock) =>
        _factories.TryGetValue(settings.Family, out var factory)
            ? factory(settings, connect, labClock, linkClock)
            : throw new DriverSettingsException($"driver family '{settings.Family}' is not known; known are {string.Join(", ", Names)}");
}
