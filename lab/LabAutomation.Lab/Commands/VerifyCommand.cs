using System.CommandLine;
using System.Text.Json;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab verify [--head HASH]</c>: recomputes the ledger's hash chain.</summary>
internal static class VerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var head = new Option<string?>("--head") { Description = "A hash noted earlier, from a report for instance: it must be in the chain, which proves that nothing was cut off", HelpName = "HASH" };
        var command = new Command("verify", "Checks that the record is whole and unchanged") { head };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(head) is { } noted && (noted.Length != 64 || !noted.All(char.IsAsciiHexDigitLower))) throw new UsageException($"--head is a hash of 64 hexadecimal digits, not '{noted}'");
            using var record = LabRecord.Open(parsed);
            var verdict = record.Ledger.Verify();
            var problem = verdict.Problem;
            if (problem is null && parsed.GetValue(head) is { } wanted && record.Ledger.Read().All(entry => entry.Hash != wanted))
                problem = $"no entry has the hash {wanted}: the record was cut off or is another one";
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(new { sound = problem is null, entries = verdict.Entries, head = verdict.Head, problem }, JsonForms.Line));
            else if (problem is null) terminal.Out.WriteLine($"sound: {verdict.Entries} entries, head {verdict.Head}");
            else terminal.Error.WriteLine($"lab: the ledger is broken: {problem}; the {verdict.Entries} entries before it are sound");
            foreach (var (what, path) in Laboratory.ConversationsIn(record.Directory).Select(path => ("conversations", path)).Append(("approvals", Laboratory.ApprovalsIn(record.Directory))))
                if (Beside(path) is { } broken) terminal.Error.WriteLine($"lab: the record of {what} is broken: {problem = broken}");
            return (int)(problem is null ? ExitCode.Success : ExitCode.LedgerBroken);
        });
        return command;
    }

    /// <summary>What is wrong with another ledger of this lab; null where nothing is, or there is none.</summary>
    private static string? Beside(string path)
    {
        if (!Ledger.Exists(path)) return null;
        using var ledger = Ledger.OpenForReading(path);
        return ledger.Verify().Problem;
    }
}
