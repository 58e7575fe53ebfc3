using System.CommandLine;
using System.Text.Json;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab account</c>: who may connect to the embedded broker from other programs and machines.</summary>
internal static class AccountCommand
{
    public static Command Create(Terminal terminal) => new("account", "Accounts of other programs on the embedded broker") { Add(terminal), List(terminal), Remove(terminal) };

    private static Command Add(Terminal terminal)
    {
        var name = Name();
        var role = new Option<string>("--role") { Description = "What it may do: driver:INSTRUMENT, interlock, operator or agents", HelpName = "ROLE", Required = true };
        var file = new Option<string>("--out") { Description = "New file for its password, which only its owner can read", HelpName = "FILE", Required = true };
        var command = new Command("add", "Makes an account and writes its password to a file; a running lab sees it at once") { name, role, file };
        command.SetAction(parsed =>
        {
            try
            {
                Accounts(parsed).Add(parsed.GetValue(name)!, parsed.GetValue(role)!, parsed.GetValue(file)!);
            }
            catch (FormatException error)
            {
                throw new UsageException(error.Message);
            }

            terminal.Out.WriteLine($"account {parsed.GetValue(name)} ({parsed.GetValue(role)}); its password is in {parsed.GetValue(file)}");
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static Command List(Terminal terminal)
    {
        var command = new Command("list", "Lists the accounts and their roles");
        command.SetAction(parsed =>
        {
            var accounts = Accounts(parsed).All;
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(accounts.Select(account => new { name = account.Name, role = account.Role }), JsonForms.Indented));
            else if (accounts.Count == 0) terminal.Out.WriteLine("no accounts; 'lab account add' makes one");
            else foreach (var account in accounts) terminal.Out.WriteLine($"{account.Name}  {account.Role}");
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static Command Remove(Terminal terminal)
    {
        var name = Name();
        var command = new Command("remove", "Takes an account away; a running lab disconnects its client") { name };
        command.SetAction(parsed =>
        {
            Accounts(parsed).Remove(parsed.GetValue(name)!);
            terminal.Out.WriteLine($"account {parsed.GetValue(name)} is removed");
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static Argument<string> Name() => new("name") { Description = "User name and client id, such as driver-pump-cyan", HelpName = "NAME" };

    private static LabAccounts Accounts(ParseResult parsed) => new(Settings.Of(parsed).DataDirectory);
}
