using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting.Desk;
using LabAutomation.Lab.Display;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab queue</c>: what waits, and what persons do to it. Told to the lab where it runs, and put on its record where it does not.</summary>
internal static class QueueCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("queue", "Lists what waits, and changes it")
        {
            Add(terminal), Of(terminal, QueueOrder.Move, "Gives a campaign, or a trial that has not begun, another priority"), Of(terminal, QueueOrder.Hold, "Keeps a campaign, or a trial that has not begun, from beginning anything"),
            Of(terminal, QueueOrder.Unhold, "Lets it go again"), Of(terminal, QueueOrder.Remove, "Takes a campaign that has begun nothing, or a trial that has not begun, out of the queue"),
            Of(terminal, QueueOrder.Edit, "Changes the budget of a campaign, or the values of a trial that has not begun"),
        };
        command.SetAction(parsed =>
        {
            using var record = LabRecord.Open(parsed);
            var list = QueueList.Of(record.Ledger);
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(list.Select(campaign => campaign.ToJson()), JsonForms.Indented));
            else foreach (var line in list.SelectMany(campaign => campaign.Lines()).DefaultIfEmpty("nothing waits: no unfinished campaign is on record")) terminal.Out.WriteLine(line);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static Command Add(Terminal terminal)
    {
        var file = new Argument<string>("campaign") { Description = "Campaign file (YAML)", HelpName = "FILE" };
        var (by, why, broker, with) = (OperatorLink.By("Who wants it"), Why(), DeskCommand.Broker(), WithOption.Create());
        var command = new Command(QueueOrder.Add, "Adds a campaign to those that run") { file, with, by, why, broker };
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = parsed.GetValue(file)!;
            var exit = (int)ExitCode.Success;
            foreach (var given in WithOption.Read(parsed.GetValue(with)))
            {
                var plan = Agents.Campaigns.CampaignFile.Load(path, given);
                var order = new QueueOrder(QueueOrder.Add, plan.File, OperatorLink.Text(parsed, by), QueueRules.Operator, parsed.GetValue(why)!, Text: plan.Text, Constants: plan.Given.IsEmpty ? null : plan.Given, Tables: plan.Tables.IsEmpty ? null : plan.Tables);
                if (await TellAsync(parsed, parsed.GetValue(broker), order, terminal, cancellation) is not 0 and var failed) exit = failed;
            }

            return exit;
        });
        return command;
    }

    private static Command Of(Terminal terminal, string what, string description)
    {
        var target = new Argument<string>("target") { Description = "A campaign as 'lab list' names it, or a trial of it, such as colour-match-1/7", HelpName = "CAMPAIGN[/TRIAL]" };
        var (by, why, broker) = (OperatorLink.By("Who wants it"), Why(), DeskCommand.Broker());
        var command = new Command(what, description) { target, by, why, broker };
        var priority = new Option<int?>("--priority") { Description = "0 to 9; what has a higher one comes first", HelpName = "N", Required = true };
        var (trials, parallel) = (new Option<int?>("--trials") { Description = "Most trials of the campaign", HelpName = "N" }, new Option<int?>("--parallel") { Description = "Trials under way at once", HelpName = "N" });
        var values = new Argument<string[]>("values") { Description = "Other values of the trial's parameters", HelpName = "NAME=VALUE", Arity = ArgumentArity.ZeroOrMore };
        if (what == QueueOrder.Move) command.Add(priority);
        if (what == QueueOrder.Edit)
        {
            command.Add(values);
            command.Add(trials);
            command.Add(parallel);
        }

        command.SetAction((parsed, cancellation) =>
        {
            var (campaign, trial) = Target(parsed.GetValue(target)!);
            var order = new QueueOrder(what, campaign, OperatorLink.Text(parsed, by), QueueRules.Operator, parsed.GetValue(why)!, trial);
            if (what == QueueOrder.Move) order = order with { Priority = parsed.GetValue(priority) };
            if (what == QueueOrder.Edit) order = order with { Trials = parsed.GetValue(trials), Parallel = parsed.GetValue(parallel), Values = Values(parsed.GetValue(values)!) };
            return TellAsync(parsed, parsed.GetValue(broker), order, terminal, cancellation);
        });
        return command;
    }

    /// <summary>Nobody is kept from acting for want of words.</summary>
    public static Option<string> Why() => new("--why") { Description = "The reason, for the record", HelpName = "TEXT", DefaultValueFactory = _ => "" };

    /// <summary>Tells the lab where it runs, and puts it on its record where it does not.</summary>
    public static Task<int> TellAsync(ParseResult parsed, string? broker, QueueOrder order, Terminal terminal, CancellationToken cancellation) => DeskCommand.TellAsync(parsed, broker, QueueOrder.Verb, order, terminal, host =>
    {
        var reply = OfflineDesk.Queue(host, order);
        return (reply.Done, reply.Words);
    }, cancellation);

    private static (string Campaign, int? Trial) Target(string text)
    {
        if (text.LastIndexOf('/') is not (> 0 and var slash)) return (text, null);
        return int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? (text[..slash], number) : throw new UsageException($"'{text}' is no trial: it is CAMPAIGN/TRIAL, such as colour-match-1/7");
    }

    private static ImmutableSortedDictionary<string, string>? Values(string[] given)
    {
        if (given.Length == 0) return null;
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var one in given)
        {
            if (one.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } value]) throw new UsageException($"'{one}' is no NAME=VALUE, such as \"cyan=0.4 mL\"");
            if (!values.TryAdd(name, value)) throw new UsageException($"'{name}' is given twice");
        }

        return values.ToImmutable();
    }
}
