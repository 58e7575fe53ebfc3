using System.Security.Cryptography;
using System.Text;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// Tells a repeated command from another one under the same id: SHA-256 over instrument, command and arguments. The deadline is no part
/// of it, because a caller that asks again may give more time without meaning another action; the first deadline counts.
/// </summary>
internal static class PayloadHash
{
    public static string Of(string instrument, string command, CommandFrame frame) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{instrument}\n{command}\n"), .. FrameCodec.Encode(frame.Arguments)]));
}
