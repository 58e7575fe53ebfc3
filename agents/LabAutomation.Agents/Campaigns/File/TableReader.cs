using System.Collections.Immutable;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Tables that a campaign file names: they lie beside it, and are on record with it, so that a campaign is resumed whatever has become of them.</summary>
/// <param name="file">Name of the campaign file.</param>
/// <param name="find">The text of a table by its name; null where there is none.</param>
internal sealed class TableReader(string file, Func<string, string?> find, ProblemList problems)
{
    /// <summary>Longer tables are refused unread.</summary>
    public const int MaximumBytes = 1 << 20;

    private readonly SortedDictionary<string, string> _read = new(StringComparer.Ordinal);

    /// <summary>The texts of those that were named, by name.</summary>
    public ImmutableSortedDictionary<string, string> Read => _read.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Tables beside a campaign file.</summary>
    /// <exception cref="DataSetException">It is too long, or cannot be read.</exception>
    public static Func<string, string?> Beside(string file) => name =>
    {
        var path = PathOf(file, name);
        try
        {
            return new FileInfo(path) switch
            {
                { Exists: false } => null,
                { Length: > MaximumBytes } large => throw new DataSetException(path, null, null, $"the table has {large.Length} bytes; one that a campaign file names has at most {MaximumBytes}"),
                _ => File.ReadAllText(path),
            };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException(path, null, null, $"the table cannot be read: {failure.Message}", failure);
        }
    };

    /// <summary>Null where it is reported that there is none, or that it is no table.</summary>
    public ObservationTable? Table(TextNode name)
    {
        try
        {
            if (find(name.Text) is { } text)
            {
                _read[name.Text] = text;
                return ObservationTable.Of(PathOf(file, name.Text), text);
            }
            problems.Add(name.At, $"there is no table '{name.Text}' beside the campaign file", "its name counts from the folder of the campaign file");
        }
        catch (DataSetException wrong)
        {
            problems.Add(wrong);
        }
        return null;
    }

    private static string PathOf(string file, string name) => Path.Combine(Path.GetDirectoryName(file) ?? "", name);
}
