using System.CommandLine;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab pause</c>, <c>lab finish</c>, <c>lab abort</c> and <c>lab halt</c>: persons interrupt campaigns that run, by the same message as <c>lab queue</c> sends.</summary>
internal static class InterruptCommand
{
    public static Command Pause(Terminal terminal)
    {
        var now = new Option<bool>("--now") { Description = "Begins no further step either, but those that are not to be interrupted" };
        var command = Create(terminal, QueueOrder.Pause, "Lets campaigns rest when their trials under way have ended, or before; 'lab resume' goes on", Campaign(ArgumentArity.ZeroOrOne), QueueCommand.Why(), (order, parsed) => order with { Now = parsed.GetValue(now) });
        command.Add(now);
        return command;
    }

    public static Command Finish(Terminal terminal) =>
        Create(terminal, QueueOrder.Finish, "Lets a campaign begin no more trials, and end when those under way have ended", Campaign(ArgumentArity.ExactlyOne), QueueCommand.Why());

    public static Command Abort(Terminal terminal) =>
        Create(terminal, QueueOrder.Abort, "Ends a campaign: actions under way are cancelled, and its trials clean up and are abandoned", Campaign(ArgumentArity.ExactlyOne), QueueCommand.Why());

    public static Command Halt(Terminal terminal) =>
        Create(terminal, QueueOrder.Halt, "Brings the instruments of all campaigns to their safe state at once, without cleaning up", null, OperatorLink.Why());

    /// <summary>Takes up campaigns that rest, or are about to, in a lab that runs.</summary>
    /// <param name="campaigns">None for all.</param>
    /// <param name="running">How it was found out that it runs.</param>
    /// <exception cref="LabException">None of them was taken up.</exception>
    public static async Task<int> ResumeAsync(ParseResult parsed, IReadOnlyList<string> campaigns, Terminal terminal, LabException running, CancellationToken cancellation)
    {
        foreach (var campaign in campaigns.DefaultIfEmpty(""))
        {
            var order = new QueueOrder(QueueOrder.Resume, campaign, parsed.GetValue<string?>("--by") ?? Environment.UserName, QueueRules.Operator, "lab resume");
            if (await DeskCommand.TellAsync(parsed, null, QueueOrder.Verb, order, terminal, _ => throw running, cancellation) != (int)ExitCode.Success) throw running;
        }

        return (int)ExitCode.Success;
    }

    private static Argument<string?> Campaign(ArgumentArity arity) => new("campaign")
    {
        Description = $"As 'lab list' names it{(arity.MinimumNumberOfValues == 0 ? "; all that run unless given" : "")}",
        HelpName = "CAMPAIGN",
        Arity = arity,
    };

    private static Command Create(Terminal terminal, string what, string description, Argument<string?>? campaign, Option<string> why, Func<QueueOrder, ParseResult, QueueOrder>? more = null)
    {
        var (by, broker) = (OperatorLink.By("Who wants it"), DeskCommand.Broker());
        var command = new Command(what, description) { by, why, broker };
        if (campaign is not null) command.Add(campaign);
        command.SetAction((parsed, cancellation) =>
        {
            var reason = why.Required ? OperatorLink.Text(parsed, why) : parsed.GetValue(why)!;
            var order = new QueueOrder(what, campaign is null ? "" : parsed.GetValue(campaign) ?? "", OperatorLink.Text(parsed, by), QueueRules.Operator, reason);
            return QueueCommand.TellAsync(parsed, parsed.GetValue(broker), more is null ? order : more(order, parsed), terminal, cancellation);
        });
        return command;
    }
}
