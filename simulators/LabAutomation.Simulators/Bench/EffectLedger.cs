using System.Text;
using System.Text.Json;

namespace LabAutomation.Simulators.Bench;

/// <summary>
/// Every physical effect of a bench, in order, append-only: one JSON object per line of <c>effects.jsonl</c>. It is kept apart from the
/// devices' own counters, so that a test can compare what the lab believes with what happened.
/// </summary>
public sealed class EffectLedger : IDisposable
{
    public const string FileName = "effects.jsonl";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
    private readonly List<Effect> effects;
    private readonly FileStream? file;

    internal EffectLedger(string? directory)
    {
        effects = directory is null ? [] : [.. Read(directory)];
        if (directory is null) return;
        file = new FileStream(Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        file.SetLength(LengthOfWholeLines(file));
        file.Seek(0, SeekOrigin.End);
    }

    /// <summary>All effects so far, as they are now.</summary>
    public IReadOnlyList<Effect> All
    {
        get
        {
            lock (effects) return [.. effects];
        }
    }

    /// <summary>The effects in a state directory, whether or not a bench is running on it. A last line that was cut off by a crash is left out.</summary>
    public static IReadOnlyList<Effect> Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) return [];
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), Encoding.UTF8);
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Parse(line, path))];
    }

    public void Dispose() => file?.Dispose();

    internal void Append(IEnumerable<Effect> more)
    {
        lock (effects)
        {
            var known = effects.Count == 0 ? 0 : effects[^1].Number;
            var unknown = more.Where(effect => effect.Number > known).ToList();
            if (unknown.Count == 0) return;
            effects.AddRange(unknown);
            file?.Write(Encoding.UTF8.GetBytes(string.Concat(unknown.Select(effect => JsonSerializer.Serialize(effect, Options) + "\n"))));
        }
    }

    private static Effect Parse(string line, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Effect>(line, Options)!;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: '{line}' is not an effect; each line must be one JSON object", error);
        }
    }

    private static long LengthOfWholeLines(FileStream file)
    {
        for (var length = file.Length; length > 0; length--)
        {
            file.Seek(length - 1, SeekOrigin.Begin);
            if (file.ReadByte() == '\n') return length;
        }

        return 0;
    }
}
