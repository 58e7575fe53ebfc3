using System.Text;

namespace LabAutomation.Tests.Instruments.Modbus;

/// <summary>Modbus frames as text, byte for byte, made apart from what is tested.</summary>
internal static class Frames
{
    public static string Hex(string hex) => Encoding.Latin1.GetString(Convert.FromHexString(hex.Replace(" ", "")));

    /// <summary>Unit, function and data with their check.</summary>
    public static string Rtu(string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));
        var check = Crc(bytes);
        return Encoding.Latin1.GetString([.. bytes, (byte)(check % 256), (byte)(check / 256)]);
    }

    /// <summary>Transaction, then unit, function and data.</summary>
    public static string Tcp(int transaction, string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));
        return Encoding.Latin1.GetString([(byte)(transaction >> 8), (byte)transaction, 0, 0, 0, (byte)bytes.Length, .. bytes]);
    }

    // By the table-free long way: polynomial division bit by bit, reflected.
    public static int Crc(ReadOnlySpan<byte> bytes)
    {
        var register = 0xFFFF;
        foreach (var value in bytes)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var carry = ((register ^ (value >> bit)) & 1) == 1;
                register >>= 1;
                if (carry) register ^= 0xA001;
            }
        }

        return register;
    }
}
