using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Docs;

/// <summary>What the documentation tells people to type does what it says. A class for each part of it, so that they run side by side.</summary>
[Trait("Length", "long")]
public abstract class DocumentedPageTests
{
    protected const string Tutorial = "docs/tutorial.md";

    protected const string Reference = "docs/reference/";

    /// <summary>Documented, and faster than a reader would have it.</summary>
    private static readonly Dictionary<string, string?> Quick = new() { ["LAB_Simulation__Speed"] = "200" };

    /// <summary>The pages among these that have commands.</summary>
    protected static TheoryData<string> Of(Func<string, bool> which) =>
        [.. DocumentedPages.All.Where(page => page != DocumentedPages.DriverTutorial && which(page) && DocumentedCommand.Of(page).Any(command => command.IsRunHere))];

    /// <summary>Every command of the page, typed in order, ends as the page says.</summary>
    protected static async Task TypeAsync(string page)
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "campaigns", "docs" }) Directory.CreateSymbolicLink(folder.At(name), Path.Combine(LabProcess.Root, name));
        File.CreateSymbolicLink(folder.At("appsettings.json"), Path.Combine(LabProcess.Root, "appsettings.json"));

        foreach (var command in DocumentedCommand.Of(page).Where(command => command.IsRunHere))
        {
            if (command.Arguments is ["resume"]) await CutOffAsync(folder);
            using var lab = LabProcess.StartAsTyped(folder.Path, command.Arguments, command.Arguments is ["drive", ..] ? new Dictionary<string, string?>() : Quick);

            var result = await lab.EndAsync();

            result.ExitCode.Should().Be(command.ExitCode, $"{command.Place}: {command.Text}\n{result.Out}{result.Error}");
            result.Out.Should().NotBeEmpty(command.Text);
            result.Error.Should().BeEmpty(command.Text);
        }
    }

    /// <summary>What the tutorial asks for before <c>lab resume</c>: a campaign that was killed in the middle.</summary>
    private static async Task CutOffAsync(TemporaryFolder folder)
    {
        using var lab = LabProcess.StartAsTyped(folder.Path, ["run", "campaigns/colour-match.yaml"], Quick);
        await lab.UntilItSaysAsync("trial   2");
        lab.Kill();
    }
}

public sealed class TutorialCommandTests : DocumentedPageTests
{
    [Fact]
    public Task Every_command_of_the_tutorial_typed_in_order_ends_as_the_page_says() => TypeAsync(Tutorial);
}

public sealed class ReferenceCommandTests : DocumentedPageTests
{
    public static TheoryData<string> Pages => Of(page => page.StartsWith(Reference, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Pages))]
    public Task Every_command_of_a_page_typed_in_order_ends_as_the_page_says(string page) => TypeAsync(page);
}

/// <summary>All other pages.</summary>
public sealed class GuideCommandTests : DocumentedPageTests
{
    public static TheoryData<string> Pages => Of(page => page != Tutorial && !page.StartsWith(Reference, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Pages))]
    public Task Every_command_of_a_page_typed_in_order_ends_as_the_page_says(string page) => TypeAsync(page);
}
