using System.Collections.Immutable;
using LabAutomation.Instruments.Reactor;

namespace LabAutomation.Instruments;

/// <summary>Makes a driver that is not connected yet.</summary>
/// <param name="settings">Checked here, at start-up; wrong ones throw <see cref="DriverSettingsException"/>.</param>
/// <param name="connect">Opens the byte stream to the device: a serial port, a socket, a simulated device.</param>
/// <param name="labClock">Durations of the experiment: it goes on as time passes, however the computer's clock is set.</param>
/// <param name="linkClock">Reply timeouts of the link: real time, also where lab time runs faster.</param>
public delegate IDriver DriverFactory(DriverSettings settings, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock);

/// <summary>The driver families a lab can name in its file.</summary>
public sealed class DriverFamilies
{
    private readonly ImmutableSortedDictionary<string, (DriverFactory Make, string SerialFrame)> _families;

    private DriverFamilies(ImmutableSortedDictionary<string, (DriverFactory Make, string SerialFrame)> families) => _families = families;

    /// <summary>The families that come with the lab.</summary>
    public static DriverFamilies BuiltIn { get; } = new DriverFamilies(ImmutableSortedDictionary<string, (DriverFactory Make, string SerialFrame)>.Empty)
        .With(NewEraPumpDriver.FamilyName, (settings, connect, labClock, linkClock) => new NewEraPumpDriver(NewEraPumpOptions.From(settings), connect, labClock, linkClock))
        .With(IkaStirrerDriver.FamilyName, (settings, connect, labClock, linkClock) => new IkaStirrerDriver(IkaStirrerOptions.From(settings), connect, labClock, linkClock), IkaStirrerDriver.SerialFrame)
        .With(ScpiSpectrometerDriver.FamilyName, (settings, connect, labClock, linkClock) => new ScpiSpectrometerDriver(settings, connect, labClock, linkClock))
        .With(MettlerBalanceDriver.FamilyName, (settings, connect, labClock, linkClock) => new MettlerBalanceDriver(settings, connect, labClock, linkClock))
        .With(ModbusThermostatDriver.FamilyName, (settings, connect, labClock, linkClock) => new ModbusThermostatDriver(ModbusThermostatOptions.From(settings), connect, labClock, linkClock))
        .With(ScpiSmuDriver.FamilyName, (settings, connect, labClock, linkClock) => new ScpiSmuDriver(ScpiSmuOptions.From(settings), connect, labClock, linkClock))
        .With(OpentronsDriver.FamilyName, (settings, connect, labClock, linkClock) => new OpentronsDriver(OpentronsOptions.From(settings), connect, labClock, linkClock))
        .With(PreciseFlexDriver.FamilyName, (settings, connect, labClock, linkClock) => new PreciseFlexDriver(PreciseFlexOptions.From(settings), connect, labClock, linkClock))
        .With(EurothermFurnaceDriver.FamilyName, (settings, connect, labClock, linkClock) => new EurothermFurnaceDriver(EurothermFurnaceOptions.From(settings), connect, labClock, linkClock))
        .With(QuantosDoserDriver.FamilyName, (settings, connect, labClock, linkClock) => new QuantosDoserDriver(QuantosDoserOptions.From(settings), connect, labClock, linkClock))
        .With(ScpiDiffractometerDriver.FamilyName, (settings, connect, labClock, linkClock) => new ScpiDiffractometerDriver(settings, connect, labClock, linkClock))
        .With(HttpBeamlineDriver.FamilyName, (settings, connect, labClock, linkClock) => new HttpBeamlineDriver(settings, connect, labClock, linkClock))
        .With(MicroreactorFamily.Name, MicroreactorFamily.SteeredBy(null))
        .With(HttpImagerDriver.FamilyName, (settings, connect, _, linkClock) => new HttpImagerDriver(HttpImagerOptions.From(settings), connect, linkClock));

    public IEnumerable<string> Names => _families.Keys;

    /// <summary>The same families and one more.</summary>
    /// <param name="serialFrame">Data bits, parity and stop bits of its serial line where the lab's file names none, such as <c>7E1</c>.</param>
    public DriverFamilies With(string name, DriverFactory factory, string serialFrame = StreamConnector.UsualFrame) => new(_families.SetItem(name, (factory, serialFrame)));

    /// <summary>The character frame as this family is delivered; the usual one of a family that is not known.</summary>
    public string SerialFrameOf(string family) => _families.TryGetValue(family, out var known) ? known.SerialFrame : StreamConnector.UsualFrame;

    /// <inheritdoc cref="DriverFactory"/>
    /// <exception cref="DriverSettingsException">The family or one of its settings is not known or not right.</exception>
    public IDriver Create(DriverSettings settings, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock) =>
        _families.TryGetValue(settings.Family, out var family)
            ? family.Make(settings, connect, labClock, linkClock)
            : throw new DriverSettingsException($"driver family '{settings.Family}' is not known; known are {string.Join(", ", Names)}");
}
