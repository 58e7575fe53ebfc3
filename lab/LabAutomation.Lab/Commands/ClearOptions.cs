using System.CommandLine;
using LabAutomation.Hosting;

namespace LabAutomation.Lab.Commands;

/// <summary><c>--clear WHY</c> and <c>--by NAME</c> of a command that brings the lab up: an emergency stop outlasts the program, so that the next one begins stopped.</summary>
internal sealed class ClearOptions
{
    private readonly Option<string?> _why = new("--clear") { Description = "Why instruments that were stopped may work again: somebody has looked at them", HelpName = "WHY" };
    private readonly Option<string?> _by = new("--by") { Description = "Who has looked; required where somebody vouches for instruments or samples", HelpName = "NAME" };

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
        return new PersonsClear(By(parsed, "--clear"), why);
    }

    /// <summary>Who has looked.</summary>
    /// <param name="option">That which needs a name.</param>
    /// <exception cref="UsageException">There is no name, or it is empty.</exception>
    public string By(ParseResult parsed, string option) =>
        parsed.GetValue(_by) is { } by && !string.IsNullOrWhiteSpace(by) ? by : throw new UsageException($"{option} needs --by NAME: who has looked, which the record keeps");
}
