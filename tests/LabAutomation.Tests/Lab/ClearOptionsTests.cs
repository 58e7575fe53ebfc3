using System.CommandLine;
using LabAutomation.Hosting;
using LabAutomation.Lab;
using LabAutomation.Lab.Commands;

namespace LabAutomation.Tests.Lab;

public sealed class ClearOptionsTests
{
    private readonly ClearOptions _clear = new();
    private readonly Command _command = new("run");

    public ClearOptionsTests() => _clear.AddTo(_command);

    [Fact]
    public void Who_clears_is_named_and_gives_a_reason()
    {
        Read("--clear", "the channels were replaced", "--by", "Ada").Should().Be(new PersonsClear("Ada", "the channels were replaced"));
        Read().Should().BeNull("nobody has looked");
    }

    [Theory]
    [InlineData("--clear needs --by NAME*", "--clear", "the channels were replaced")]
    [InlineData("--clear needs --by NAME*", "--clear", "the channels were replaced", "--by", " ")]
    [InlineData("--clear needs the reason*", "--clear", " ", "--by", "Ada")]
    public void Nobody_clears_without_a_name_or_a_reason(string message, params string[] arguments) =>
        FluentActions.Invoking(() => Read(arguments)).Should().Throw<UsageException>().WithMessage(message);

    private PersonsClear? Read(params string[] arguments) => _clear.Of(_command.Parse(arguments));
}
