using System.Text.RegularExpressions;
using LabAutomation.Lab;

namespace LabAutomation.Tests.House;

public sealed partial class CommandLineReferenceTests
{
    private static readonly string Reference = File.ReadAllText(Repository.At("docs", "reference", "command-line.md"));

    [Fact]
    public void The_exit_codes_in_the_reference_are_those_of_the_program()
    {
        var documented = ExitCodeRow().Matches(Reference).ToDictionary(match => int.Parse(match.Groups[1].Value), match => match.Groups[2].Value);

        documented.Should().Equal(Enum.GetValues<ExitCode>().ToDictionary(code => (int)code, code => code.ToString()));
    }

    [Fact]
    public void Every_command_and_option_is_in_the_reference()
    {
        var root = LabProgram.Commands(Terminals.Captured().Terminal);

        foreach (var command in root.Subcommands)
        {
            Reference.Should().Contain($"`lab {command.Name}");
            foreach (var option in command.Options) Reference.Should().Contain(option.Name);
        }

        foreach (var option in root.Options.Where(option => option.Recursive)) Reference.Should().Contain(option.Name);
    }

    [GeneratedRegex(@"^\| (\d+) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex ExitCodeRow();
}
