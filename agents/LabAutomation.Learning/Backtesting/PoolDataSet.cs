using System.Collections.Immutable;
using System.Text.Json;

namespace LabAutomation.Learning.Backtesting;

/// <summary>Reads a data set from a pool file.</summary>
internal static class PoolDataSet
{
    public static DataSet Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Load(path, document.RootElement);
        }
        catch (JsonException failure)
        {
            throw new DataSetException(path, (int?)failure.LineNumber + 1, null, $"the file is not JSON: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException(path, null, null, $"the file cannot be read: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DataSetException(path, null, null,
                $"a field is missing or of the wrong type; needed are params, kinds, raw and y ({failure.Message})", failure);
        }
    }

    private static DataSet Load(string path, JsonElement pool)
    {
        var (names, kinds) = (Texts(pool.GetProperty("params")), Texts(pool.GetProperty("kinds")));
        var rows = pool.GetProperty("raw").EnumerateArray().ToList();
        var values = pool.GetProperty("y").EnumerateArray().Select(value => value.GetDouble()).ToList();
        if (names.Length != kinds.Length)
            throw new DataSetException(path, null, null,
                $"params has {names.Length} entries and kinds {kinds.Length}; each parameter needs one kind");
        if (rows.Count != values.Count || rows.Count == 0)
            throw new DataSetException(path, null, null, $"raw has {rows.Count} rows and y {values.Count} values; each row needs one value");
        for (var row = 0; row < rows.Count; row++)
            if (rows[row].GetArrayLength() != names.Length)
                throw new DataSetException(path, null, null, $"raw row {row} has {rows[row].GetArrayLength()} cells; params names {names.Length}");
        var designs = MeasuredDesigns.Of(path, names.Select((name, at) => Column(path, name, kinds[at], rows, at)), values, []);
        var initial = pool.TryGetProperty("init", out var init)
            ? init.EnumerateArray().Select(start => start.EnumerateArray().Select(Design).Distinct().ToImmutableArray())
            : [];
        return new DataSet(Text(pool, "name") ?? Path.GetFileNameWithoutExtension(path), Text(pool, "measurement") ?? "y",
            Text(pool, "goal") == "maximize", designs)
        {
            InitialRows = [.. initial],
            Budget = pool.TryGetProperty("budget", out var budget) ? budget.GetInt32() : null,
        };

        int Design(JsonElement row) => designs.PointOfRow[Row(path, row.GetInt32(), rows.Count)];
    }

    private static DesignColumn Column(string path, string name, string kind, List<JsonElement> rows, int at)
    {
        ImmutableArray<string> texts = [.. rows.Select(row => row[at].ToString())];
        if (kind.StartsWith("cat", StringComparison.Ordinal)) return new DesignColumn(name, texts, null);
        if (kind != "num") throw new DataSetException(path, null, name, $"its kind is '{kind}'; kinds are num, and cat with the number of choices");
        return new DesignColumn(name, texts, [.. rows.Select(row => row[at].GetDouble())]);
    }

    private static int Row(string path, int row, int count)
        => row >= 0 && row < count ? row
            : throw new DataSetException(path, null, "init", $"there is no row {row}; rows are numbered 0 to {count - 1}");

    private static ImmutableArray<string> Texts(JsonElement array) => [.. array.EnumerateArray().Select(text => text.GetString() ?? "")];

    private static string? Text(JsonElement pool, string name) => pool.TryGetProperty(name, out var text) ? text.GetString() : null;
}
