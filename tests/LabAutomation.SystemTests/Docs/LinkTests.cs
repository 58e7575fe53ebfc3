using System.Text.RegularExpressions;
using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Docs;

public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => [.. DocumentedPages.All];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_inside_the_repository_leads_somewhere(string page) => Broken(page).Should().BeEmpty();

    [Fact]
    public void There_are_links_to_check() => DocumentedPages.All.Sum(page => Targets(page).Count()).Should().BeGreaterThan(20);

    private static IEnumerable<string> Targets(string page)
    {
        var text = Blocks().Replace(File.ReadAllText(Path.Combine(LabProcess.Root, page)), "");
        return Link().Matches(text).Select(match => match.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Broken(string page)
    {
        foreach (var target in Targets(page))
        {
            var (path, anchor) = target.Split('#', 2) is [var before, var after] ? (before, after) : (target, null);
            var full = path.Length == 0 ? Path.Combine(LabProcess.Root, page) : Path.GetFullPath(Path.Combine(LabProcess.Root, Path.GetDirectoryName(page)!, path));
            if (!full.StartsWith(LabProcess.Root, StringComparison.Ordinal) || !(File.Exists(full) || Directory.Exists(full))) yield return $"{target}: there is no '{full}'";
            else if (anchor is not null && !Anchors(full).Contains(anchor)) yield return $"{target}: no heading of that page is '{anchor}'";
        }
    }

    /// <summary>As GitHub makes them: lower case, spaces to hyphens, other marks left out.</summary>
    private static IEnumerable<string> Anchors(string page) =>
        Heading().Matches(Blocks().Replace(File.ReadAllText(page), "")).Select(match => Left().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{Nd} _-]")]
    private static partial Regex Left();
}
