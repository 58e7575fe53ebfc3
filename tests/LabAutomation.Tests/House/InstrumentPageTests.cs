using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using LabAutomation.Instruments;

namespace LabAutomation.Tests.House;

/// <summary>docs/reference/instruments has a page for each driver family, with a configuration that works and every setting.</summary>
public sealed partial class InstrumentPageTests
{
    private static readonly ImmutableArray<string> Pages = [.. Directory.EnumerateFiles(Repository.At("docs", "reference", "instruments"), "*.md").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    public static TheoryData<string> Families => [.. DriverFamilies.BuiltIn.Names];

    [Theory]
    [MemberData(nameof(Families))]
    public void A_family_has_a_page_whose_configuration_is_taken(string family)
    {
        foreach (var example in Examples(PageOf(family)))
        {
            var settings = example.TryGetProperty("Settings", out var given) ? given.Deserialize<ImmutableSortedDictionary<string, string>>()! : ImmutableSortedDictionary<string, string>.Empty;

            FluentActions.Invoking(() => StreamConnector.Parse(example.GetProperty("Connection").GetString()!)).Should().NotThrow();
            Create(new DriverSettings(family, settings)).Should().NotThrow();
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_setting_that_a_family_knows_is_on_its_page(string family)
    {
        var refusal = Create(new DriverSettings(family, ImmutableSortedDictionary<string, string>.Empty.Add("no such setting", ""))).Should().Throw<DriverSettingsException>().Which.Message;
        var known = Known().Match(refusal).Groups[1].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries);
        var page = PageOf(family);

        (known.Length > 0).Should().Be(!refusal.EndsWith("it has none", StringComparison.Ordinal), refusal);
        known.Where(setting => !IsNamed(page, setting)).Should().BeEmpty();
        if (known.Length == 0) page.Should().MatchRegex("[Tt]here are no\\s+settings");
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_command_parameter_and_property_of_a_family_is_on_its_page(string family)
    {
        var page = PageOf(family);
        var example = Examples(page)[0];
        var settings = example.TryGetProperty("Settings", out var given) ? given.Deserialize<ImmutableSortedDictionary<string, string>>()! : ImmutableSortedDictionary<string, string>.Empty;
        var driver = DriverFamilies.BuiltIn.Create(new DriverSettings(family, settings), NoStream, TimeProvider.System, TimeProvider.System);

        driver.Commands.SelectMany(command => command.Parameters.Select(parameter => parameter.Name).Append(command.Name))
            .Concat(driver.Properties.Select(property => property.Name))
            .Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void The_page_of_a_family_says_what_becomes_of_the_units_that_its_panel_can_be_switched_to(string family) => PageOf(family).Should().MatchRegex(@"\n\*\*Units\.\*\* \S");

    private static string PageOf(string family) => Pages.Where(page => Examples(page).Any(example => example.GetProperty("Family").GetString() == family)).Should().ContainSingle($"{family} has one page").Which;

    /// <summary>The instruments in the page's blocks of JSON: one on several lines, or one a line.</summary>
    private static List<JsonElement> Examples(string page) =>
        [.. Blocks().Matches(page).Select(match => match.Groups[1].Value).Where(block => block.Contains("\"Family\"", StringComparison.Ordinal)).SelectMany(Objects)];

    private static IEnumerable<JsonElement> Objects(string block) =>
        (block.StartsWith("{\n", StringComparison.Ordinal) ? [block] : block.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(text => JsonSerializer.Deserialize<JsonElement>(text));

    /// <summary>A run of numbered settings is named by its first and its last.</summary>
    private static bool IsNamed(string page, string setting) =>
        page.Contains($"`{setting}`", StringComparison.Ordinal) || Number().Replace(setting, "") is var stem && stem != setting && Regex.IsMatch(page, $"`{stem}[0-9]+` … `{stem}[0-9]+`");

    private static Action Create(DriverSettings settings) => () => DriverFamilies.BuiltIn.Create(settings, NoStream, TimeProvider.System, TimeProvider.System);

    private static Task<Stream> NoStream(CancellationToken cancellation) => throw new NotSupportedException("nothing is connected here");

    [GeneratedRegex("known are (.+)$")]
    private static partial Regex Known();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex("[0-9]+$")]
    private static partial Regex Number();
}
