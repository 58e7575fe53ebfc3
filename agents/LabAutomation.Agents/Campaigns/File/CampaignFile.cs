using System.Collections.Immutable;
using System.Text;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Reads campaign files. They are described in docs/reference/campaign-file.md.</summary>
public static class CampaignFile
{
    /// <summary>Longer files are refused unread.</summary>
    public const int MaximumBytes = 1 << 18;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The planners that a campaign can name.</summary>
    public static ImmutableArray<string> PlannerKinds { get; } = [.. CampaignKeys.Planner.Variants.Select(variant => variant.Value)];

    /// <exception cref="CampaignFileException">The file cannot be read or is not a campaign; all that was found is in it.</exception>
    /// <param name="given">Values of constants in place of those in the file.</param>
    public static CampaignPlan Load(string path, IReadOnlyDictionary<string, string>? given = null)
    {
        try
        {
            var bytes = new FileInfo(path) is { Exists: true, Length: > MaximumBytes } large
                ? throw Whole(path, $"the file has {large.Length} bytes; a campaign file has at most {MaximumBytes}")
                : File.ReadAllBytes(path);
            return Parse(Utf8.GetString(bytes), path, given, TableReader.Beside(path));
        }
        catch (DecoderFallbackException)
        {
            throw Whole(path, "the file is not text in UTF-8", "save it as UTF-8");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Whole(path, "there is no such file");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Whole(path, "the file cannot be read", error.Message);
        }
    }

    /// <param name="file">Name of the file, for messages and for the record.</param>
    /// <exception cref="CampaignFileException">The text is not a campaign; all that was found is in it.</exception>
    /// <param name="given">Values of constants in place of those in the file.</param>
    /// <param name="tables">The texts of the tables that it names; none where null, since a text lies in no folder.</param>
    public static CampaignPlan Parse(string text, string file, IReadOnlyDictionary<string, string>? given = null, IReadOnlyDictionary<string, string>? tables = null) =>
        Parse(text, file, given, name => tables?.GetValueOrDefault(name));

    private static CampaignPlan Parse(string text, string file, IReadOnlyDictionary<string, string>? given, Func<string, string?> table)
    {
        var problems = new ProblemList(file);
        var plan = YamlTree.Read(text.TrimStart('\uFEFF'), problems) is { } root
            ? CampaignReader.Read(root, text, file, given ?? ImmutableDictionary<string, string>.Empty, new TableReader(file, table, problems), problems)
            : null;
        return plan is not null && problems.Count == 0 ? plan : throw new CampaignFileException(problems.InOrder());
    }

    private static CampaignFileException Whole(string path, string message, string? hint = null) => new([new Problem(path, 0, 0, message, hint)]);
}
