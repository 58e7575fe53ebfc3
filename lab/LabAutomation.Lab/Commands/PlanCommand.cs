using System.CommandLine;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reasoning;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab plan "GOAL" --out FILE</c>: from a sentence to a campaign file that the lab takes, with its forecast and its reasons.</summary>
internal static class PlanCommand
{
    public static Command Create(Terminal terminal)
    {
        var goal = new Argument<string>("goal") { Description = "What to find, in your words", HelpName = "GOAL" };
        var output = new Option<string>("--out") { Description = "New file for the campaign", HelpName = "FILE", Required = true };
        var command = new Command("plan", "Makes a campaign file from a goal in words, checked, criticised and forecast by simulation; nothing moves") { goal, output };
        var talk = new TalkOptions();
        talk.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (asked, file) = (parsed.GetValue(goal)!, parsed.GetValue(output)!);
            if (string.IsNullOrWhiteSpace(asked)) throw new UsageException("the goal is empty");
            using var target = NewFile.Create(file, "a plan");
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var interrupt = Interrupt.Ending(ending, target.Dispose);
            await using var with = await Talk.OpenAsync(parsed, ConversationBegun.OfPlan, talk.By(parsed), [ReasoningRole.Planner, ReasoningRole.Critic], talk.Documents(parsed), terminal, ending.Token);
            try
            {
                return (int)Conclude(await with.Session.PlanAsync(asked, ending.Token), target, with, parsed, terminal);
            }
            finally
            {
                await with.EndAsync();
            }
        });
        return command;
    }

    private static ExitCode Conclude(ReasoningMessage reply, NewFile target, Talk with, ParseResult parsed, Terminal terminal)
    {
        with.Display.EndLine();
        var json = parsed.GetValue(CommonOptions.Json);
        if (reply is not ReasoningMessage.Planned planned)
        {
            var reason = reply is ReasoningMessage.Failed failed ? failed.Reason : reply.ToString();
            if (json) terminal.Out.WriteLine(JsonSerializer.Serialize(new { conversation = with.Session.Conversation, failed = reason }, JsonForms.Line));
            terminal.Error.WriteLine(TalkDisplay.OneLine($"lab: {reason}"));
            return ExitCode.NoAnswer;
        }

        target.Write(FileOf(planned.Draft, with.Session.Conversation));
        var file = target.Path;
        var objections = planned.Judgement is { Accepts: false } judged ? judged.Objections : null;
        if (json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(
                new { conversation = with.Session.Conversation, file, draft = planned.Draft.Draft, sha256 = planned.Draft.Sha256, label = planned.Draft.Label.ToString().ToLowerInvariant(), reasons = planned.Draft.Reasons, forecast = planned.HasForecast ? planned.Forecast : null, noForecast = planned.HasForecast ? null : planned.Forecast, criticised = planned.Judgement is not null, objections },
                JsonForms.Indented));
        }
        else
        {
            Print(planned, objections, file, terminal.Out);
        }

        if (planned.HasForecast) return ExitCode.Success;
        terminal.Error.WriteLine($"lab: {file} is written and valid, and could not be forecast; 'lab simulate {file}' tries it again");
        return ExitCode.NoForecast;
    }

    /// <summary>A draft as a file. What rests on text from outside says so in every copy, until whoever has read it takes that away.</summary>
    private static string FileOf(DraftWritten draft, string conversation) => draft.Label is Label.Trusted || CampaignFile.Parse(draft.Text, "draft").IsUntrusted
        ? draft.Text
        : $"""
            # From {conversation}; it rests on text from outside. Whoever has read every name in it, and means it, takes the next line away.
            label: {CampaignPlan.UntrustedLabel}

            {draft.Text.TrimStart('\uFEFF')}
            """.ReplaceLineEndings("\n");

    private static void Print(ReasoningMessage.Planned planned, string? objections, string file, TextWriter to)
    {
        to.WriteLine();
        to.WriteLine("reasons:");
        foreach (var line in planned.Draft.Reasons.Split('\n', StringSplitOptions.RemoveEmptyEntries)) to.WriteLine(TalkDisplay.Plain($"  {line.TrimEnd()}"));
        to.WriteLine($"{(planned.HasForecast ? "" : "no ")}forecast of the virtual lab:");
        foreach (var line in planned.Forecast.Split('\n')) to.WriteLine(TalkDisplay.Plain($"  {line.TrimEnd()}"));
        if (planned.Judgement is null) to.WriteLine("the critic has not judged it");
        if (objections is not null) to.WriteLine(TalkDisplay.Plain($"the critic still objects: {objections}"));
        if (planned.Draft.Label is Label.Untrusted) to.WriteLine("it rests on text from outside: read it before you run it");
        to.WriteLine();
        to.WriteLine($"{file}: valid. Run it with: lab run {file}");
    }
}
