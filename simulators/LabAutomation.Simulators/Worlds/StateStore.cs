using System.Text.Json;

namespace LabAutomation.Simulators.Worlds;

/// <summary>
/// A file such as <c>bench.jsonl</c>: every change appends the whole state as one line in one write, and the last whole line counts. Replacing
/// a file by a rename would do too, but costs milliseconds on file systems that write the data out first; it is left to keep the file short.
/// Nothing is forced to the disk: a killed program must lose nothing, a power cut may.
/// </summary>
/// <typeparam name="TState">What to read; <see cref="WorldState"/> itself reads what all kinds have.</typeparam>
internal sealed class StateStore<TState> : IDisposable
    where TState : WorldState
{
    private const long Longest = 1 << 20;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { IgnoreReadOnlyProperties = true };
    private readonly string kind;
    private readonly string path;
    private readonly bool writesAtEnd;
    private FileStream? file;
    private TState? unwritten;

    /// <param name="kind">What the state is of, such as <c>bench</c>; names the file.</param>
    /// <param name="directory">Null keeps nothing.</param>
    /// <param name="writesAtEnd">Whether the state is written when it is put away and not before: enough for a program that nobody kills.</param>
    public StateStore(string kind, string? directory, bool writesAtEnd = false)
    {
        this.kind = kind;
        this.writesAtEnd = writesAtEnd;
        path = Path.Combine(directory ?? "", $"{kind}.jsonl");
        if (directory is not null) file = AppendOnlyFile.Open(path);
    }

    public TState? Load()
    {
        var line = file is null ? null : AppendOnlyFile.ReadLines(path).LastOrDefault();
        if (line is null) return null;
        try
        {
            var state = JsonSerializer.Deserialize<TState>(line, Options) ?? throw new JsonException("it is null");
            return state.Format == WorldState.CurrentFormat
                ? state
                : throw new InvalidDataException($"{path} has format {state.Format}; this program reads {WorldState.CurrentFormat}");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"the last line of {path} is not the state of a {kind} ({error.Message}); restore the file or start with an empty directory", error);
        }
    }

    public void Save(TState state)
    {
        if (writesAtEnd) unwritten = state;
        else Write(state);
    }

    public void Dispose()
    {
        if (unwritten is not null) Write(unwritten);
        unwritten = null;
        file?.Dispose();
    }

    private void Write(TState state)
    {
        if (file is null) return;
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(state, Options), (byte)'\n'];
        if (file.Length < Longest) file.Write(line);
        else Replace(line);
    }

    private void Replace(byte[] line)
    {
        File.WriteAllBytes(path + ".new", line);
        File.Move(path + ".new", path, overwrite: true);
        file!.Dispose();
        file = AppendOnlyFile.Open(path);
    }
}
