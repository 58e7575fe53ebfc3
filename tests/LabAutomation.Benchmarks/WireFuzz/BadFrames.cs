using System.Text;
using System.Text.Json.Nodes;
using LabAutomation.Protocol;

namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>Payloads that are no frame of a kind, made of one that is.</summary>
internal sealed class BadFrames(Random random)
{
    /// <summary>One byte more than a frame may have would do; rare, since each is a megabyte.</summary>
    private const int OneInTooLarge = 400;

    private static readonly string[] Values = ["null", "true", "-1e999", "1e999", "\"\"", "\"x\"", "[]", "{}", "[null]", "1", "\"2026-01-31T12:00:00+01:00\""];

    /// <summary>How often each kind of fault was made.</summary>
    public SortedDictionary<string, int> Kinds { get; } = new(StringComparer.Ordinal);

    /// <param name="mayBeEmpty">Whether an empty payload means nothing else on that topic.</param>
    public byte[] Of<T>(T good, bool mayBeEmpty = true)
    {
        var right = FrameCodec.Encode(good);
        while (true)
        {
            var (kind, bytes) = Spoil(right);
            if (bytes.Length == 0 && !mayBeEmpty) continue;
            try
            {
                _ = FrameCodec.Decode<T>(bytes);      // by chance it is still one
            }
            catch (FrameException)
            {
                Kinds[kind] = Kinds.GetValueOrDefault(kind) + 1;
                return bytes;
            }
        }
    }

    private (string Kind, byte[] Bytes) Spoil(byte[] right)
    {
        if (random.Next(OneInTooLarge) == 0) return ("too large", [.. Enumerable.Repeat((byte)' ', FrameCodec.MaximumBytes), .. right]);
        var text = Encoding.UTF8.GetString(right);
        var frame = JsonNode.Parse(text)!.AsObject();
        var member = frame.ElementAt(random.Next(frame.Count)).Key;
        switch (random.Next(12))
        {
            case 0: return ("cut off", right[..random.Next(right.Length)]);
            case 1: return ("noise", Noise(random.Next(1, 200)));
            case 2: return ("a byte changed", Changed(right));
            case 3: return ("no UTF-8", [.. right[..(right.Length / 2)], 0xC3, 0x28, 0xFF, .. right[(right.Length / 2)..]]);
            case 4: return ("nested deep", Encoding.UTF8.GetBytes(text.Replace($"\"{member}\":", $"\"{member}\":{Brackets('[')}1{Brackets(']')},\"x\":", StringComparison.Ordinal)));
            case 5: return ("brackets without end", Encoding.UTF8.GetBytes(new string('[', random.Next(20, 100_000))));
            case 6: return ("NaN", Encoding.UTF8.GetBytes(text.Replace("1", random.Next(2) == 0 ? "NaN" : "Infinity", StringComparison.Ordinal)));
            case 7: return ("a member too many", Encoding.UTF8.GetBytes($"{{\"surprise\":1,{text[1..]}"));
            case 8: return ("a member twice", Encoding.UTF8.GetBytes($"{text[..^1]},\"{member}\":{frame[member]?.ToJsonString() ?? "null"}}}"));
            case 9:
                frame.Remove(member);
                return ("a member too few", Encoding.UTF8.GetBytes(frame.ToJsonString()));
            case 10:
                frame[member] = "?";
                return ("a member of another type", Encoding.UTF8.GetBytes(frame.ToJsonString().Replace("\"?\"", Values[random.Next(Values.Length)], StringComparison.Ordinal)));
            default: return ("no frame at all", Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]));
        }

        static string Brackets(char bracket) => new(bracket, 40);
    }

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private byte[] Changed(byte[] right)
    {
        var bytes = right.ToArray();
        for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }
}
