using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Agents.Consumables;
using LabAutomation.Lab.Display;
using LabAutomation.Protocol;
using Spectre.Console;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab stock</c>: what there is of each consumable, by the record, and what a person is asked for. It reads beside a program that is writing.</summary>
internal static class StockCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("stock", "Lists what there is of each consumable, and what is to be refilled");
        command.SetAction(parsed =>
        {
            using var record = LabRecord.Open(parsed);
            var book = StockBook.Replay(record.Ledger.Read());
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(book.Declared.Values.Select(one => Form(book, one)), JsonForms.Indented));
            else Show(book, terminal);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static object Form(StockBook book, ConsumableDeclared one)
    {
        var wanted = book.Requests.GetValueOrDefault(one.Consumable);
        return new
        {
            consumable = one.Consumable,
            unit = one.Capacity.Unit.Symbol,
            onHand = book.OnHand(one.Consumable),
            capacity = one.Capacity.Value,
            low = one.Low.Value,
            refill = wanted is null ? null : new { amount = wanted.Amount.Value, due = wanted.Due, waitedFor = wanted.IsWaitedFor, reason = wanted.Reason },
        };
    }

    private static void Show(StockBook book, Terminal terminal)
    {
        if (book.Declared.IsEmpty)
        {
            terminal.Out.WriteLine("no consumable is on record; Consumables in the configuration declares them, and a campaign that runs puts them there");
            return;
        }

        var table = new Table().Border(terminal.IsInteractive ? TableBorder.Simple : TableBorder.None).AddColumns("consumable", "on hand", "capacity", "low mark", "to be refilled");
        foreach (var one in book.Declared.Values)
        {
            var wanted = book.Requests.GetValueOrDefault(one.Consumable);
            table.AddRow(new[] { one.Consumable, Wording.Short(new Quantity(book.OnHand(one.Consumable), one.Capacity.Unit)), Wording.Short(one.Capacity), Wording.Short(one.Low), wanted is null ? "" : $"{Wording.Short(wanted.Amount)}{Due(wanted)}: {wanted.Reason}" }.Select(Markup.Escape).ToArray());
        }

        terminal.Console.Write(table);
    }

    private static string Due(RefillRequested wanted) => wanted switch
    {
        { IsWaitedFor: true } => ", now",
        { Due: { } due } => due.ToString(" 'by' yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
        _ => "",
    };
}
