using System.CommandLine;
using System.Text.Json;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reasoning;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab ask ["QUESTION"]</c>: one question to an agent, or a conversation line by line.</summary>
internal static class AskCommand
{
    public static Command Create(Terminal terminal)
    {
        var question = new Argument<string?>("question") { Description = "What to ask; a conversation, a line each, unless given", HelpName = "QUESTION", Arity = ArgumentArity.ZeroOrOne };
        var to = new Option<string>("--to") { Description = "Which agent: analyst, planner, critic or scribe", HelpName = "ROLE", DefaultValueFactory = _ => ReasoningRole.Analyst.Name };
        to.AcceptOnlyFromAmong([.. ReasoningRole.All.Select(role => role.Name)]);
        var command = new Command("ask", "Asks an agent about the lab's record, or to plan; what it calls is shown, judged and recorded") { question, to };
        var talk = new TalkOptions();
        talk.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (asked, role) = (parsed.GetValue(question), ReasoningRole.All.First(one => one.Name == parsed.GetValue(to)));
            if (asked is not null && string.IsNullOrWhiteSpace(asked)) throw new UsageException("the question is empty");
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var interrupt = Interrupt.Ending(ending);
            await using var with = await Talk.OpenAsync(parsed, "ask", talk.By(parsed), [role], talk.Documents(parsed), terminal, ending.Token);
            var exit = ExitCode.Success;
            try
            {
                for (var line = asked ?? await NextAsync(terminal, ending.Token); line is not null; line = asked is null ? await NextAsync(terminal, ending.Token) : null)
                    exit = Conclude(await with.Session.AskAsync(role, line, ending.Token), with, parsed, terminal);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested && with.Begun is { } left)
            {
                terminal.Error.WriteLine($"lab: stopped; {left.Id} is on record and has not begun: 'lab resume {left.Id}' begins it");
                return (int)ExitCode.Paused;
            }
            finally
            {
                await with.EndAsync();
                interrupt.Dispose();        // a campaign that follows has its own
            }

            return (int)(with.Begun is { } begun ? await CampaignRun.FollowAsync(begun.Lab, begun.Id, terminal, parsed.OutputForm(terminal), cancellation) : exit);
        });
        return command;
    }

    /// <summary>What is typed next; null at the end of the input. Whoever stops does not wait for it.</summary>
    private static async Task<string?> NextAsync(Terminal terminal, CancellationToken cancellation)
    {
        while (true)
        {
            if (terminal.IsInteractive) terminal.Out.Write("> ");
            if (await Task.Run(terminal.In.ReadLine, CancellationToken.None).WaitAsync(cancellation) is not { } line) return null;
            if (!string.IsNullOrWhiteSpace(line)) return line;
        }
    }

    private static ExitCode Conclude(ReasoningMessage reply, Talk with, ParseResult parsed, Terminal terminal)
    {
        with.Display.EndLine();
        var json = parsed.GetValue(CommonOptions.Json);
        switch (reply)
        {
            case ReasoningMessage.Answered answered:
                if (json) terminal.Out.WriteLine(JsonSerializer.Serialize(new { conversation = with.Session.Conversation, answer = answered.Text, label = answered.Label.ToString().ToLowerInvariant(), doubts = answered.Doubts }, JsonForms.Line));
                foreach (var doubt in json ? [] : answered.Doubts) terminal.Out.WriteLine(TalkDisplay.OneLine($"not borne out by the record: {doubt}"));
                return ExitCode.Success;
            case ReasoningMessage.Failed failed:
                if (json) terminal.Out.WriteLine(JsonSerializer.Serialize(new { conversation = with.Session.Conversation, failed = failed.Reason }, JsonForms.Line));
                terminal.Error.WriteLine(TalkDisplay.OneLine($"lab: {failed.Reason}"));
                return ExitCode.NoAnswer;
            default:
                throw new InvalidOperationException($"an agent answered with {reply.GetType().Name}");
        }
    }
}
