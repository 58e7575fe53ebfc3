using System.Text;
using System.Text.Json;

namespace LabAutomation.Simulators.Worlds;

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
        file = AppendOnlyFile.Open(Path.Combine(directory, FileName));
    }

    /// <summary>All effects so far, as they are now.</summary>
    public IReadOnlyList<Effect> All
    {
        get
        {
            lock (effects) return [.. effects];
        }
    }

    /// <summary>The effects in a state directory, whether or not a bench is running on it. A last line that a crash cut off is left out.</summary>
    public static IReadOnlyList<Effect> Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        return File.Exists(path) ? [.. AppendOnlyFile.ReadLines(path).Select(line => Parse(line, path))] : [];
    }

    /// <summary>The effects of all that was simulated in a folder: of the bench in it, and of the devices that stand alone in folders of their own.</summary>
    public static IReadOnlyList<Effect> ReadAll(string directory) => Directory.Exists(directory)
        ? [.. Read(directory).Concat(Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal).SelectMany(Read))]
        : [];

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
}
