using System.Globalization;
using LabAutomation.Instruments;
using LabAutomation.Simulators.Bench;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Hosting.Forecasts;

/// <summary>The configuration of a lab that has one more of something: the keys that it has beside those of the lab.</summary>
internal sealed class GrownLab
{
    private const string Second = "-second";

    /// <summary>Of instruments, stations and locations.</summary>
    private const int LongestName = 64;

    private readonly IConfiguration _configuration;
    private readonly InstrumentListOptions _options = new();
    private readonly IConfigurationSection[] _instruments;
    private readonly Dictionary<string, string?> _keys = new(StringComparer.OrdinalIgnoreCase);
    private int _next;

    private GrownLab(IConfiguration configuration)
    {
        _configuration = configuration;
        LabHost.ReadInstruments(configuration, _options);
        _instruments = [.. configuration.GetSection(InstrumentOptions.Section).GetChildren()];
        _next = _instruments.Select(section => int.TryParse(section.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number + 1 : 0).DefaultIfEmpty(0).Max();
    }

    /// <summary>With a second instrument of the same role, and a location of its own where samples are carried to it. Null where none can be put beside it: it stands at a station, or is a part of the simulated colour bench.</summary>
    public static IReadOnlyDictionary<string, string?>? WithInstrument(IConfiguration configuration, string name)
    {
        var lab = new GrownLab(configuration);
        var at = lab._options.Instruments.FindIndex(instrument => instrument.Name == name);
        if (at < 0 || lab._options.Instruments[at] is not { Station: null } instrument || ColourBench.DeviceNames.Contains(instrument.Plays) || !lab.HasNamesFor([instrument])) return null;
        var clone = lab.Clone(at);
        if (instrument.Location is { } location && !lab.Place(clone, instrument, location)) return null;
        lab.Carry(name);
        return lab._keys;
    }

    /// <summary>With one more station like the first, or like the one place that the lab is. Null where samples are carried, and the lab has no stations.</summary>
    public static IReadOnlyDictionary<string, string?>? WithStation(IConfiguration configuration)
    {
        var lab = new GrownLab(configuration);
        var instruments = lab._options.Instruments;
        if (lab._options.Locations.Count > 0 || instruments.Count == 0) return null;
        var first = instruments.Select(instrument => instrument.Station).FirstOrDefault(station => station is not null);
        if (!lab.HasNamesFor(instruments.Where(instrument => instrument.Station == first))) return null;
        for (var k = 0; k < lab._instruments.Length; k++)
        {
            if (instruments[k].Station != first) continue;
            if (first is null) lab._keys[$"{lab._instruments[k].Path}:{nameof(InstrumentOptions.Station)}"] = "first";
            if (first is null) lab._keys[$"{lab._instruments[k].Path}:{nameof(InstrumentOptions.Role)}"] = instruments[k].Plays;
            lab._keys[$"{lab.Clone(k)}:{nameof(InstrumentOptions.Station)}"] = first is null ? "second" : first + Second;
        }

        return lab._keys;
    }

    /// <summary>Whether none of these names is taken, and none is too long.</summary>
    private bool HasNamesFor(IEnumerable<InstrumentOptions> instruments) => instruments.All(instrument => new[] { instrument.Name, instrument.Station, instrument.Location }.All(name => name is null || name.Length + Second.Length <= LongestName)
        && _options.Instruments.All(other => other.Name != instrument.Name + Second && (instrument.Station is null || other.Station != instrument.Station + Second)) && _options.Locations.All(location => location.Name != instrument.Location + Second));

    /// <returns>Where its keys are.</returns>
    private string Clone(int at)
    {
        var (section, instrument) = (_instruments[at], _options.Instruments[at]);
        var path = $"{InstrumentOptions.Section}:{(_next++).ToString(CultureInfo.InvariantCulture)}";
        foreach (var (key, value) in section.AsEnumerable(makePathsRelative: true))
            if (key.Length > 0 && value is not null) _keys[$"{path}:{key}"] = value;
        _keys[$"{path}:{nameof(InstrumentOptions.Name)}"] = instrument.Name + Second;
        _keys[$"{path}:{nameof(InstrumentOptions.Role)}"] = instrument.Plays;
        if (!instrument.IsRemote) _keys[$"{path}:{nameof(InstrumentOptions.Connection)}"] = InstrumentOptions.Simulated;
        Draw(instrument.Name);
        return path;
    }

    /// <summary>What the first draws of consumables, the second draws, too.</summary>
    private void Draw(string name)
    {
        for (var k = 0; k < _options.Consumables.Count; k++)
        {
            var drawnBy = _options.Consumables[k].DrawnBy;
            foreach (var text in drawnBy.Where(text => ConsumableOptions.PointOf(text)?.Instrument == name).ToArray())
                _keys[$"{PathOf(ConsumableOptions.Section, k)}:{nameof(ConsumableOptions.DrawnBy)}:{_next++}"] = name + Second + text.Trim()[name.Length..];
        }
    }

    /// <summary>A location like the first, with as many positions, which whatever carries samples there reaches, too.</summary>
    /// <returns>False where there are no numbers for them.</returns>
    private bool Place(string clone, InstrumentOptions instrument, string location)
    {
        var first = _options.Locations.First(one => one.Name == location);
        var numbers = first.Numbers()!;
        var from = _options.Locations.SelectMany(one => one.Numbers()!).Max() + 1;
        if (from + numbers.Count - 1 > PositionSet.Highest) return false;
        var positions = numbers.Count == 1 ? from.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{from}-{from + numbers.Count - 1}");
        var path = $"{LocationOptions.Section}:{_next}";
        _keys[$"{path}:{nameof(LocationOptions.Name)}"] = location + Second;
        _keys[$"{path}:{nameof(LocationOptions.Positions)}"] = positions;
        _keys[$"{clone}:{nameof(InstrumentOptions.Location)}"] = location + Second;
        foreach (var setting in new[] { "position", "positions" }.Where(instrument.Settings.ContainsKey)) _keys[$"{clone}:{nameof(InstrumentOptions.Settings)}:{setting}"] = positions;
        for (var k = 0; k < _options.Transports.Count; k++)
        {
            var transport = _options.Transports[k];
            if (!transport.Between.Contains(location)) continue;
            _keys[$"{PathOf(TransportOptions.Section, k)}:{nameof(TransportOptions.Between)}:{_next}"] = location + Second;
            var carrier = _options.Instruments.FindIndex(one => one.Name == transport.Instrument);
            if (carrier >= 0 && _options.Instruments[carrier].Settings.TryGetValue("positions", out var reached))
                _keys[$"{_instruments[carrier].Path}:{nameof(InstrumentOptions.Settings)}:positions"] = $"{reached},{positions}";
        }

        return true;
    }

    /// <summary>What the first carries, the second carries, too.</summary>
    private void Carry(string name)
    {
        for (var k = 0; k < _options.Transports.Count; k++)
        {
            if (_options.Transports[k].Instrument != name) continue;
            var path = $"{TransportOptions.Section}:{_next++}";
            foreach (var (key, value) in _configuration.GetSection(PathOf(TransportOptions.Section, k)).AsEnumerable(makePathsRelative: true))
                if (key.Length > 0 && value is not null) _keys[$"{path}:{key}"] = value;
            _keys[$"{path}:{nameof(TransportOptions.Instrument)}"] = name + Second;
        }
    }

    private string PathOf(string section, int at) => _configuration.GetSection(section).GetChildren().ElementAt(at).Path;
}
