using System.Globalization;

namespace LabAutomation.SystemTests.Disks;

/// <summary>What a disk does to a file without saying so: one bit is another one, or the end is missing.</summary>
/// <param name="Bit">Null where the file ends before <paramref name="At"/>.</param>
internal sealed record Damage(int At, int? Bit)
{
    /// <summary>A fifth of them cut the file off.</summary>
    public static Damage Draw(Random random, int length) => random.Next(5) == 0 ? new(random.Next(length), null) : new(random.Next(length), random.Next(8));

    public byte[] To(byte[] sound)
    {
        if (Bit is not { } bit) return sound[..At];
        byte[] damaged = [.. sound];
        damaged[At] ^= (byte)(1 << bit);
        return damaged;
    }

    public override string ToString() => Bit is { } bit
        ? string.Create(CultureInfo.InvariantCulture, $"bit {bit} of byte {At}")
        : string.Create(CultureInfo.InvariantCulture, $"cut off before byte {At}");
}
