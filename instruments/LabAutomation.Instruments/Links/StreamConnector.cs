using System.Globalization;
using System.IO.Ports;
using System.Net.Sockets;

namespace LabAutomation.Instruments;

/// <summary>
/// Where a device is reached: <c>serial:/dev/ttyUSB0@19200</c>, <c>serial:COM3@9600,7E1</c> (the frame of the family where none
/// is said), <c>tcp:host:port</c>.
/// </summary>
public static class StreamConnector
{
    /// <summary>The frame of most devices.</summary>
    public const string UsualFrame = "8N1";

    private const string Examples = "write serial:/dev/ttyUSB0@19200, serial:COM3@9600,7E1 or tcp:host:4001";

    /// <summary>What opens such a stream; nothing is opened yet.</summary>
    /// <param name="frame">Data bits, parity and stop bits of a serial line where the address names none; <see cref="DriverFamilies.SerialFrameOf"/>.</param>
    /// <exception cref="DriverSettingsException">The address is none of these forms.</exception>
    public static Func<CancellationToken, Task<Stream>> Parse(string address, string frame = UsualFrame)
    {
        if (address.StartsWith("serial:", StringComparison.Ordinal)) return Serial(address, address["serial:".Length..], frame);
        if (address.StartsWith("tcp:", StringComparison.Ordinal)) return Tcp(address, address["tcp:".Length..]);
        throw new DriverSettingsException($"'{address}' is no address of a device: {Examples}");
    }

    private static Func<CancellationToken, Task<Stream>> Serial(string address, string rest, string usual)
    {
        var at = rest.LastIndexOf('@');
        var line = at < 0 ? [] : rest[(at + 1)..].Split(',');
        var frame = line.Length == 2 ? line[1] : usual;
        if (at <= 0 || line.Length > 2 || !int.TryParse(line[0], NumberStyles.None, CultureInfo.InvariantCulture, out var baud) || baud == 0)
            throw new DriverSettingsException($"'{address}' names no port and speed: {Examples}");
        if (frame.Length != 3 || frame[0] is not ('7' or '8') || frame[1] is not ('N' or 'E' or 'O') || frame[2] is not ('1' or '2'))
            throw new DriverSettingsException($"'{address}': '{frame}' is no character frame such as 8N1 or 7E1");

        var parity = frame[1] switch { 'E' => Parity.Even, 'O' => Parity.Odd, _ => Parity.None };
        var stop = frame[2] == '1' ? StopBits.One : StopBits.Two;
        return _ =>
        {
            var port = new SerialPort(rest[..at], baud, parity, frame[0] - '0', stop) { DtrEnable = true, RtsEnable = true };
            port.Open();
            return Task.FromResult(port.BaseStream);
        };
    }

    private static Func<CancellationToken, Task<Stream>> Tcp(string address, string rest)
    {
        var colon = rest.LastIndexOf(':');
        if (colon <= 0 || rest.Any(char.IsWhiteSpace) || !ushort.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            throw new DriverSettingsException($"'{address}' names no host and port: {Examples}");
        var host = rest[..colon].Trim('[', ']');
        return async cancellation =>
        {
            var socket = new TcpClient { NoDelay = true };
            try
            {
                await socket.ConnectAsync(host, number, cancellation);
                return socket.GetStream();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        };
    }
}
