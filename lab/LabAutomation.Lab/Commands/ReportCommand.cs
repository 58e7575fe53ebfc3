using System.CommandLine;
using System.Text.Json;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reasoning;
using LabAutomation.Lab.Reports;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab report [ID] [--out FILE] [--narrative]</c>: one HTML page.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string?>("id") { Description = "Campaign, as 'lab list' names it; the last one unless given", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--out") { Description = "File to write (reports/ID.html in the data directory)", HelpName = "FILE" };
        var narrative = new Option<bool>("--narrative") { Description = "With a narrative by the scribe, a language model's, held against the record" };
        var command = new Command("report", "Writes a campaign's report as one self-contained HTML file") { id, file, narrative };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var record = LabRecord.Open(parsed);
            var state = CampaignRecord.Find(record.Ledger, parsed.GetValue(id));
            var path = parsed.GetValue(file) ?? Path.Combine(record.Directory, "reports", $"{state.Id}.html");
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var (written, failure) = parsed.GetValue(narrative) ? await NarrateAsync(parsed, state.Id, terminal, cancellation) : (null, null);
            File.WriteAllText(path, HtmlReport.Write(ReportSource.Read(record.Ledger, state, lab: Settings.Of(parsed).Stations), written));
            terminal.Out.WriteLine(parsed.GetValue(CommonOptions.Json) ? JsonSerializer.Serialize(new { report = path }, JsonForms.Line) : path);
            if (failure is null) return (int)ExitCode.Success;
            terminal.Error.WriteLine(TalkDisplay.Plain($"lab: the report has no narrative: {failure}"));
            return (int)ExitCode.NoAnswer;
        });
        return command;
    }

    private static async Task<(ReportNarrative? Narrative, string? Failure)> NarrateAsync(ParseResult parsed, string campaign, Terminal terminal, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupt = Interrupt.Ending(ending);
        await using var talk = await Talk.OpenAsync(parsed, "narrate", Environment.UserName, [ReasoningRole.Scribe], [], terminal, ending.Token);
        try
        {
            var reply = await talk.Session.AskAsync(ReasoningRole.Scribe, $"Write the narrative of campaign {campaign} for its report.", ending.Token);
            talk.Display.EndLine();
            return reply is ReasoningMessage.Answered answered
                ? (new ReportNarrative(answered.Text, talk.Session.Conversation, [.. answered.Doubts]), null)
                : (null, ((ReasoningMessage.Failed)reply).Reason);
        }
        finally
        {
            await talk.EndAsync();
        }
    }
}
