using System.Text.RegularExpressions;

namespace LabAutomation.Tests.House;

/// <summary>House rules that a compiler does not know.</summary>
public sealed partial class StyleTests
{
    [Fact]
    public void Files_stay_small()
    {
        var tooLong = Repository.Files("*.cs")
            .Select(file => (File: Path.GetRelativePath(Repository.Root, file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > (file.File.StartsWith("tests", StringComparison.Ordinal) ? 600 : 400));

        tooLong.Should().BeEmpty();
    }

    [Fact]
    public void No_type_is_called_manager_helper_or_the_like()
    {
        var offenders = Repository.Files("*.cs")
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}standins{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => EmptyName().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file)}: {match.Value}"));

        offenders.Should().BeEmpty();
    }

    [Fact]
    public void Nothing_is_left_for_later_or_silenced()
    {
        var offenders = Repository.Files("*.cs")
            .Where(file => !file.EndsWith("StyleTests.cs", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Where(line => Debris().IsMatch(line)).Select(line => $"{Path.GetFileName(file)}: {line.Trim()}"));

        offenders.Should().BeEmpty();
    }

    [GeneratedRegex(@"\b(class|record|struct|interface)\s+\w*(Manager|Helper|Helpers|Util|Utils|Service|Handler|Processor|Base|Impl)\b")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b|NotImplementedException|Skip\s*=\s*""|#pragma warning disable")]
    private static partial Regex Debris();
}
