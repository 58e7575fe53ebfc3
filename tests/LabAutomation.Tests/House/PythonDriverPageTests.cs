using System.Globalization;
using System.Text.RegularExpressions;

namespace LabAutomation.Tests.House;

/// <summary>docs/reference/python-driver.md says of how many lines the driver in Python is, and what for.</summary>
public sealed partial class PythonDriverPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.At("docs", "reference", "python-driver.md"));

    [Fact]
    public void The_driver_is_short_and_knows_nothing_of_the_wire()
    {
        var lines = File.ReadAllLines(Repository.At("docs", "examples", "python_driver.py"));

        lines.Length.Should().BeLessThanOrEqualTo(150);
        Page.Should().Contain($"has {lines.Length} lines");
        lines.Where(line => line.StartsWith("import ", StringComparison.Ordinal) || line.StartsWith("from ", StringComparison.Ordinal)).Should().Equal("import os", "import lab_wire");
        lines.Should().NotContain(line => line.Contains("mqtt", StringComparison.OrdinalIgnoreCase) || line.Contains("json", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_table_has_every_line_of_what_drivers_share()
    {
        var lines = File.ReadAllLines(Repository.At("docs", "examples", "lab_wire.py"));
        var parts = Row().Matches(Page).Select(match => (Lines: int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), From: match.Groups[2].Value.Trim('`'))).ToArray();
        var starts = parts.Select(part => part.From == "the top" ? 0 : Array.FindIndex(lines, line => line.TrimStart().StartsWith(part.From, StringComparison.Ordinal))).Append(lines.Length).ToArray();

        parts.Should().HaveCountGreaterThan(5);
        starts.Should().BeInAscendingOrder().And.NotContain(-1);
        parts.Select(part => part.Lines).Should().Equal(starts.Zip(starts.Skip(1), (from, to) => to - from));
    }

    [GeneratedRegex(@"^\| (\d+) \| (the top|`[^`]+`) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
