using System.Text.Json;

namespace LabAutomation.Simulators.Bench;

/// <summary>
/// <c>bench.jsonl</c>: every change appends the whole state as one line in one write, and the last whole line counts. Replacing a file by a
/// rename would do too, but costs milliseconds on file systems that write the data out first; it is left to keep the file short.
/// Nothing is forced to the disk: a killed program must lose nothing, a power cut may.
/// </summary>
internal sealed class BenchStore : IDisposable
{
    private const long Longest = 1 << 20;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { IgnoreReadOnlyProperties = true };
    private readonly string path;
    private FileStream? file;

    public BenchStore(string? directory)
    {
        path = Path.Combine(directory ?? "", "bench.jsonl");
        if (directory is not null) file = AppendOnlyFile.Open(path);
    }

    public BenchState? Load()
    {
        var line = file is null ? null : AppendOnlyFile.ReadLines(path).LastOrDefault();
        if (line is null) return null;
        try
        {
            var state = JsonSerializer.Deserialize<BenchState>(line, Options) ?? throw new JsonException("it is null");
            return state.Format == BenchState.CurrentFormat
                ? state
                : throw new InvalidDataException($"{path} has format {state.Format}; this program reads {BenchState.CurrentFormat}");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"the last line of {path} is not the state of a bench ({error.Message}); restore the file or start with an empty directory", error);
        }
    }

    public void Save(BenchState state)
    {
        if (file is null) return;
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(state, Options), (byte)'\n'];
        if (file.Length < Longest) file.Write(line);
        else Replace(line);
    }

    public void Dispose() => file?.Dispose();

    private void Replace(byte[] line)
    {
        File.WriteAllBytes(path + ".new", line);
        File.Move(path + ".new", path, overwrite: true);
        file!.Dispose();
        file = AppendOnlyFile.Open(path);
    }
}
