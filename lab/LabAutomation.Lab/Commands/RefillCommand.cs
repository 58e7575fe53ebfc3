using System.CommandLine;
using LabAutomation.Agents.Consumables;
using LabAutomation.Hosting.Desk;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab refill NAME AMOUNT</c>: a person has put more of a consumable there, or has counted it. Told to the lab where it runs, and put on its record where it does not.</summary>
internal static class RefillCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("consumable") { Description = "As 'lab stock' lists it", HelpName = "NAME" };
        var amount = new Argument<string[]>("amount") { Description = "How much was added, with its unit, such as 200 mL", HelpName = "AMOUNT", Arity = new ArgumentArity(1, 2) };
        var counted = new Option<bool>("--counted") { Description = "The amount is what is there now, by looking, in place of what was added" };
        var by = new Option<string>("--by") { Description = "Who has done it", HelpName = "NAME", Required = true };
        var broker = DeskCommand.Broker();
        var command = new Command("refill", "Says that a consumable was refilled, or how much of it there is") { name, amount, counted, by, broker };
        command.SetAction((parsed, cancellation) =>
        {
            var text = string.Join(' ', parsed.GetValue(amount)!);
            if (!Quantity.TryParse(text, out var quantity)) throw new UsageException($"'{text}' is no amount with a unit, such as 200 mL");
            var order = new StockOrder(parsed.GetValue(name)!, quantity.Value, parsed.GetValue(counted), OperatorLink.Text(parsed, by), TimeProvider.System.GetUtcNow());
            return DeskCommand.TellAsync(parsed, parsed.GetValue(broker), StockOrder.Verb, order, terminal, host =>
            {
                var reply = OfflineDesk.Refill(host, order.Consumable, order.Amount, order.By, order.Counted);
                return (reply.Done, reply.Words);
            }, cancellation);
        });
        return command;
    }
}
