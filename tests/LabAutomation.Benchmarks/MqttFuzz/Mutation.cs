namespace LabAutomation.Benchmarks;

/// <summary>Spoils packets.</summary>
internal static class Mutation
{
    private static readonly byte[] _edges = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF];

    /// <returns>The packet with one to three faults.</returns>
    public static byte[] Of(byte[] packet, Random random)
    {
        for (var i = random.Next(1, 4); i > 0; i--) packet = One(packet, random);
        return packet;
    }

    private static byte[] One(byte[] packet, Random random)
    {
        var bytes = packet.ToList();
        var at = random.Next(bytes.Count + 1);
        var count = random.Next(bytes.Count - at + 1);
        switch (random.Next(10))
        {
            case 0 when at < bytes.Count: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
            case 2 when at < bytes.Count: bytes[at] = _edges[random.Next(_edges.Length)]; break;
            case 3: bytes.RemoveRange(at, count); break;
            case 4: bytes.RemoveRange(at, bytes.Count - at); break;
            // A part that occurs twice: a property, a filter, a whole packet.
            case 5: bytes.InsertRange(at, bytes.GetRange(at, count)); break;
            case 6: bytes.Insert(at, _edges[random.Next(_edges.Length)]); break;
            // A remaining length that is not true.
            case 7 when bytes.Count > 1: bytes[1] = (byte)(bytes[1] + random.Next(-3, 4)); break;
            case 8 when bytes.Count > 1: bytes[1] |= 0x80; break;
            default:
                var noise = new byte[random.Next(1, 60)];
                random.NextBytes(noise);
                bytes.InsertRange(at, noise);
                break;
        }

        return bytes.Count == 0 ? [(byte)random.Next(256)] : [.. bytes];
    }
}
