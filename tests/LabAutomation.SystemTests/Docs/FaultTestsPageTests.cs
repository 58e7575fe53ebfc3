using System.Text.RegularExpressions;
using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Docs;

/// <summary>docs/reference/fault-tests.md names tests, variables and benchmarks that there are, and all variables that there are.</summary>
public sealed partial class FaultTestsPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(LabProcess.Root, "docs", "reference", "fault-tests.md"));
    private static readonly string[] Sources = [.. new[] { "LabAutomation.SystemTests", "LabAutomation.Tests" }
        .SelectMany(project => Directory.EnumerateFiles(Path.Combine(LabProcess.Root, "tests", project), "*.cs", SearchOption.AllDirectories)).Select(File.ReadAllText)];

    [Fact]
    public void Every_test_that_it_names_is_there_and_those_of_real_faults_are_run_by_its_command()
    {
        var rows = Rows().ToArray();
        rows.Length.Should().BeGreaterThan(20);
        foreach (var (test, isReal) in rows.SelectMany(row => Test().Matches(row.Test).Select(match => (match.Groups[1].Value, row.LongForm.StartsWith("`LONG_", StringComparison.Ordinal)))))
        {
            var source = Sources.Where(text => "(\n :".Any(next => text.Contains($"class {test}{next}", StringComparison.Ordinal))).Should().ContainSingle(test).Which;
            if (isReal && source.Contains("namespace LabAutomation.SystemTests", StringComparison.Ordinal)) source.Should().Contain("[Trait(\"Faults\", \"real\")]", test);
        }
    }

    [Fact]
    public void Its_variables_are_those_that_the_tests_read()
    {
        var read = Sources.SelectMany(text => ReadVariable().Matches(text).Select(match => match.Groups[1].Value)).Distinct().Order(StringComparer.Ordinal).ToArray();

        Sources.Should().NotContain(text => text.Contains("GetEnvironmentVariable(\"LAB_", StringComparison.Ordinal), "those are keys of the configuration of each program that a test starts");
        Variable().Matches(Page).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal).Should().Equal(read);
        var commands = Page.Split('\n').Where(line => line.StartsWith("    LONG_", StringComparison.Ordinal)).ToArray();
        commands.Should().HaveCount(2);
        read.Where(name => !commands.Any(command => command.Contains($"{name}=", StringComparison.Ordinal))).Should().BeEmpty("the commands at the top ask for the long form of all");
    }

    [Fact]
    public void Its_benchmarks_are_there()
    {
        var program = File.ReadAllText(Path.Combine(LabProcess.Root, "tests", "LabAutomation.Benchmarks", "Program.cs"));
        var named = Rows().SelectMany(row => Benchmarks().Matches(row.Test)).SelectMany(match => Quoted().Matches(match.Value)).Select(match => match.Groups[1].Value).ToArray();

        named.Should().NotBeEmpty();
        named.Where(name => !program.Contains($"[\"{name}\", ", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void Benchmarks_are_run_in_CI_as_the_page_says_and_by_hand_where_it_says_so()
    {
        var run = Loop().Match(File.ReadAllText(Path.Combine(LabProcess.Root, ".ci", "run"))).Groups[1].Value;
        var inCi = Bound().Matches(run).Select(match => match.Value.Trim('\'')).ToArray();
        var rows = Rows().Where(row => row.Test.Contains("benchmark", StringComparison.Ordinal)).ToArray();

        inCi.Should().HaveCountGreaterThan(5);
        rows.Should().HaveCountGreaterThan(3);
        foreach (var (test, form, _) in rows)
        {
            var named = Code().Matches(form).Select(match => match.Groups[1].Value).ToArray();
            named.Should().BeSubsetOf(inCi, test);
            if (named.Length > 0) continue;
            form.Should().Be("by hand", test);
            Quoted().Matches(test).Select(match => match.Groups[1].Value).Should().NotIntersectWith(inCi.Select(bound => bound.Split(' ')[0]), test);
        }
    }

    private static IEnumerable<(string Test, string InCi, string LongForm)> Rows() => Page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && char.IsDigit(line[2])).Select(line => line.Split(" | ")).Select(cells => (cells[2], cells[3], cells[4]));

    [GeneratedRegex(@"^for bound in (.+); do$", RegexOptions.Multiline)]
    private static partial Regex Loop();

    [GeneratedRegex("'[^']+'|[a-z-]+")]
    private static partial Regex Bound();

    [GeneratedRegex("`([a-z][a-z0-9 -]*)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"`([A-Za-z]+Tests)`")]
    private static partial Regex Test();

    [GeneratedRegex(@"benchmarks? (`[a-z-]+`(, )?)+")]
    private static partial Regex Benchmarks();

    [GeneratedRegex("`([a-z-]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(LONG_[A-Z_]+)=")]
    private static partial Regex Variable();

    [GeneratedRegex("GetEnvironmentVariable\\(\"(LONG_[A-Z_]+)\"")]
    private static partial Regex ReadVariable();
}
