using System.Globalization;

namespace LabAutomation.Hosting;

/// <summary>What a connection by itself does not show: that another instrument has the same, or that the driver speaks otherwise than the line.</summary>
internal static class InstrumentLines
{
    /// <summary>The setting that is the device's address on its line, and what a driver takes where none is given.</summary>
    private static readonly SortedDictionary<string, (string Setting, string Usual)> Addresses = new(StringComparer.Ordinal)
    {
        ["new-era-ne1000"] = ("address", "0"),
        ["modbus-thermostat"] = ("unit-id", "1"),
        ["eurotherm-furnace"] = ("unit-id", "1"),
    };

    private static readonly string[] OverHttp = ["opentrons-http", "http-imager", "http-beamline"];

    public static IEnumerable<string> Of(InstrumentListOptions options) =>
        [.. options.Instruments.Index().Select(instrument => Unfit(instrument.Item) is { } why ? $"Instruments:{instrument.Index}: {why}" : null).OfType<string>(), .. Shared(options)];

    /// <summary>A line that was copied, of which the name alone was changed, would give one device two drivers. Devices that have addresses are told apart by them.</summary>
    private static IEnumerable<string> Shared(InstrumentListOptions options) => options.Instruments
        .Where(instrument => LineOf(instrument.Connection) is not null)
        .GroupBy(instrument => (Line: LineOf(instrument.Connection), Address: AddressOf(instrument)))
        .Where(group => group.Count() > 1)
        .Select(group => $"Instruments: {string.Join(" and ", group.Select(instrument => $"'{instrument.Name}'"))} have the same Connection, '{group.First().Connection}'"
            + $"{(group.Key.Address.Length == 0 ? "" : $", and the same address on it, {group.Key.Address}")}: one device would have several drivers that know nothing of each other; each instrument needs a device of its own");

    private static string? Unfit(InstrumentOptions instrument)
    {
        if (!instrument.Connection.StartsWith("serial:", StringComparison.Ordinal)) return null;
        if (OverHttp.Contains(instrument.Family)) return $"family '{instrument.Family}' speaks HTTP, so its Connection is tcp:HOST:PORT, not '{instrument.Connection}'";
        if (instrument.Family != "modbus-thermostat") return null;
        if (instrument.Settings.GetValueOrDefault("framing") == "tcp") return $"framing 'tcp' is not spoken on a serial line, '{instrument.Connection}'; write 'rtu', or a Connection tcp:HOST:PORT";
        var speed = instrument.Connection[(instrument.Connection.LastIndexOf('@') + 1)..].Split(',')[0];
        return instrument.Settings.GetValueOrDefault("baud") is { } baud && baud != speed ? $"baud is '{baud}' and its Connection is '{instrument.Connection}'; both are the speed of one line" : null;
    }

    /// <summary>The port alone of <c>serial:PORT@BAUD</c>, and host and port of <c>tcp:</c>; null where there is no line.</summary>
    private static string? LineOf(string connection)
    {
        if (connection.StartsWith("tcp:", StringComparison.Ordinal)) return connection.ToLowerInvariant();
        if (!connection.StartsWith("serial:", StringComparison.Ordinal)) return null;
        var at = connection.LastIndexOf('@');
        return at < 0 ? connection : connection[..at];
    }

    /// <summary>Empty for a device that has none.</summary>
    private static string AddressOf(InstrumentOptions instrument)
    {
        if (!Addresses.TryGetValue(instrument.Family, out var known)) return "";
        var text = instrument.Settings.GetValueOrDefault(known.Setting, known.Usual);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture) : text;
    }
}
