namespace LabAutomation.SystemTests.Docs;

/// <summary>How commands are found in the documentation. What they do, <see cref="DocumentedPageTests"/> sees.</summary>
public sealed class DocumentedCommandTests
{
    [Fact]
    public void The_readme_and_the_tutorial_have_commands()
    {
        DocumentedCommand.Of("README.md").Where(command => command.IsRunHere).Should().NotBeEmpty();
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
}
