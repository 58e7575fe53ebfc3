using System.Text.Json;

namespace LabAutomation.Simulators.Bench;

/// <summary>
/// <c>bench.json</c>, replaced whole by a rename. It is not forced to the disk: a killed program must lose nothing, a power cut may.
/// </summary>
internal sealed class BenchStore(string? directory)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { IgnoreReadOnlyProperties = true };
    private readonly string path = Path.Combine(directory ?? "", "bench.json");

    public BenchState? Load()
    {
        if (directory is null || !File.Exists(path)) return null;
        try
        {
            var state = JsonSerializer.Deserialize<BenchState>(File.ReadAllBytes(path), Options) ?? throw new JsonException("it is null");
            return state.Format == BenchState.CurrentFormat
                ? state
                : throw new InvalidDataException($"{path} has format {state.Format}; this program reads format {BenchState.CurrentFormat}");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is not the state of a bench ({error.Message}); restore it or start with an empty directory", error);
        }
    }

    public void Save(BenchState state)
    {
        if (directory is null) return;
        var temporary = path + ".new";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(state, Options));
        File.Move(temporary, path, overwrite: true);
    }
}
