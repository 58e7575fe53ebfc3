using System.ComponentModel.DataAnnotations;
using System.Globalization;
using LabAutomation.Instruments;
using LabAutomation.SystemTests.Hosting;
using LabAutomation.SystemTests.Lab;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.SystemTests.Docs;

/// <summary>docs/reference/configuration.md, appsettings.json and the option classes say the same.</summary>
public sealed class ConfigurationReferenceTests
{
    private static readonly IReadOnlyDictionary<string, (string Default, string Range)> Table = File.ReadAllLines(Path.Combine(LabProcess.Root, "docs", "reference", "configuration.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(cells => cells[1].Trim('`'), cells => (cells[2].Trim('`'), cells[3]));

    private static readonly IConfiguration Settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(LabProcess.Root, "appsettings.json")).Build();

    public static TheoryData<string> Keys => [.. ConfigurationKey.All.Select(key => key.Name)];

    // 'lab model' alone reads the section Models; its tests hold it to the page.
    [Fact]
    public void The_page_has_the_keys_of_the_option_classes_and_no_others() => Table.Keys.Where(key => !key.StartsWith("Models:", StringComparison.Ordinal)).Should().BeEquivalentTo(ConfigurationKey.All.Select(key => key.Name));

    [Fact]
    public void The_file_has_all_keys_that_are_not_off_and_no_others() =>
        Settings.AsEnumerable().Where(pair => pair.Value is not null).Select(pair => ConfigurationKey.Generic(pair.Key)).Distinct()
            .Should().BeEquivalentTo(ConfigurationKey.All.Where(key => !key.IsOff).Select(key => key.Name));

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_page_tells_the_default_and_the_range(string name)
    {
        var key = ConfigurationKey.All.Single(one => one.Name == name);
        var (standard, range) = Table[name];

        if (key.Section != "Instruments" && !key.IsOff) standard.Should().Be(Settings[name]);
        if (key.Default is not null) standard.Should().BeEquivalentTo(Convert.ToString(key.Default, CultureInfo.InvariantCulture));
        if (key.Attribute<RangeAttribute>() is { } limits) range.Replace(",", "", StringComparison.Ordinal).Should().StartWith($"{limits.Minimum}–{limits.Maximum}");
        else if (key.Attribute<RegularExpressionAttribute>() is { } pattern) (pattern.Pattern.Contains("{1,64}", StringComparison.Ordinal), range).Should().Match<(bool Long, string Text)>(both => both.Long && both.Text.StartsWith("1–64 letters, digits"));
        else if (key.Type == typeof(int)) range.Should().Be("integer");
    }

    [Fact]
    public void The_page_names_every_driver_family() =>
        Table["Instruments:N:Family"].Range.Split(',', StringSplitOptions.TrimEntries).Select(family => family.Split('`')[1]).Should().BeEquivalentTo(DriverFamilies.BuiltIn.Names);
}
