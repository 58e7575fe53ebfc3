using System.Collections.Immutable;
using System.Security.Cryptography;

namespace LabAutomation.Protocol;

/// <summary>The hash by which a caller and a driver know that they speak of the same commands.</summary>
public static class SchemaHashes
{
    /// <summary>SHA-256, lower-case hexadecimal, over the wire form of commands and properties.</summary>
    public static string Of(ImmutableArray<CommandDescription> commands, ImmutableArray<PropertyDescription> properties) =>
        Convert.ToHexStringLower(SHA256.HashData([.. FrameCodec.Encode(commands), .. FrameCodec.Encode(properties)]));
}
