using System.CommandLine;
using LabAutomation.Hosting;

namespace LabAutomation.Lab.Commands;

/// <summary><c>--clear WHY</c> and <c>--by NAME</c> of a command that brings the lab up: an emergency stop outlasts the program, so that the next one begins stopped.</summary>
internal sealed class ClearOptions
{
    private readonly Option<string?> _why = new("--clear") { Description = "Why instruments that were stopped may work again: somebody has looked at them", HelpName = "WHY" };
    private readonly Option<string?> _by = new("--by") { Description = "Who has looked; required with --clear", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        command.Options.Add(_why);
        command.Options.Add(_by);
    }

    /// <returns>Null where nobody has looked.</returns>
    /// <exception cref="UsageException">A name or a reason is missing or empty.</exception>
    public PersonsClear? Of(ParseResult parsed)
    {
        if (parsed.GetValue(_why) is not { } why) return null;
        if (string.IsNullOrWhiteSpace(why)) throw new UsageException("--clear needs the reason why the instruments may work again");
        var by = parsed.GetValue(_by);
        return string.IsNullOrWhiteSpace(by) ? throw new UsageException("--clear needs --by NAME: who has looked, which the record keeps") : new PersonsClear(by, why);
    }
}
