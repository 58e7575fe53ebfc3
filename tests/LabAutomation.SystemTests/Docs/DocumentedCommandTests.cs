using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Docs;

/// <summary>What the documentation tells people to type does what it says.</summary>
[Trait("Length", "long")]
public sealed class DocumentedCommandTests
{
    /// <summary>Documented, and faster than a reader would have it.</summary>
    private static readonly Dictionary<string, string?> Quick = new() { ["LAB_Simulation__Speed"] = "200" };

    public static TheoryData<string> Pages => [.. DocumentedPages.All.Where(page => page != DocumentedPages.DriverTutorial && DocumentedCommand.Of(page).Any(command => command.IsRunHere))];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_command_of_a_page_typed_in_order_ends_as_the_page_says(string page)
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

    [Fact]
    public void The_readme_and_the_tutorial_have_commands()
    {
        DocumentedCommand.Of("README.md").Where(command => command.IsRunHere).Should().HaveCountGreaterThanOrEqualTo(2);
        DocumentedCommand.Of("docs/tutorial.md").Where(command => command.IsRunHere).Should().HaveCountGreaterThanOrEqualTo(10);
    }

    [Fact]
    public void The_exit_code_is_read_from_the_text_after_the_block()
    {
        var commands = DocumentedCommand.Read("page.md", ["```sh", "lab list", "lab run x.yaml", "```", "", "It ends", "with exit code 7.", "", "```sh", "lab show", "```"]);

        commands.Select(command => (command.Place, command.ExitCode)).Should().Equal(("page.md:2", 0), ("page.md:3", 7), ("page.md:10", 0));
    }

    [Theory]
    [InlineData("make all")]
    [InlineData("dotnet test -c Debug")]
    [InlineData("lab list | grep colour")]
    public void A_command_of_another_kind_is_an_error(string text)
    {
        var command = DocumentedCommand.Read("page.md", ["```sh", text, "```"]).Single();

        command.IsRunHere.Should().BeTrue();
        command.Invoking(one => one.Arguments).Should().Throw<InvalidDataException>().WithMessage("page.md:2:*");
    }

    [Fact]
    public void A_command_in_a_block_that_does_not_say_sh_is_an_error() =>
        FluentActions.Invoking(() => DocumentedCommand.Read("page.md", ["```", "lab list", "```"])).Should().Throw<InvalidDataException>();

    /// <summary>What the tutorial asks for before <c>lab resume</c>: a campaign that was killed in the middle.</summary>
    private static async Task CutOffAsync(TemporaryFolder folder)
    {
        using var lab = LabProcess.StartAsTyped(folder.Path, ["run", "campaigns/colour-match.yaml"], Quick);
        await lab.UntilItSaysAsync("trial   2");
        lab.Kill();
    }
}
