using System.CommandLine;
using System.Text;
using LabAutomation.Agents.AskTell;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab ask-tell</c>: the learning engine for programs in any language, one JSON message a line.</summary>
internal static class AskTellCommand
{
    public static Command Create(Terminal terminal)
    {
        var longest = new Option<int>("--longest-line") { Description = "Longest line that is read, in MiB, 1 to 1024", HelpName = "MIB", DefaultValueFactory = _ => 32 };
        var command = new Command("ask-tell", "Plans experiments for another program: JSON messages on standard input, one a line, each answered by a line on standard output") { longest };
        command.SetAction(parsed =>
        {
            var limit = parsed.GetValue(longest);
            if (limit is < 1 or > 1024) throw new UsageException($"--longest-line is 1 to 1024, not {limit}");
            if (!Console.IsInputRedirected) terminal.Error.WriteLine("lab: one JSON message a line, such as {\"open\":…}; docs/reference/ask-tell.md has them all; Ctrl-D ends");
            using var output = AnswerStream.Open();
            Converse(Console.OpenStandardInput(), output, (long)limit << 20);
            return (int)ExitCode.Success;
        });
        return command;
    }

    /// <summary>Until the input ends. Every answer is on its way before the next line is read.</summary>
    public static void Converse(Stream input, Stream output, long limit)
    {
        var (lines, conversation) = (new LineReader(input, limit), new AskTellConversation(TimeProvider.System));
        for (var number = 1; lines.Read() is { } line; number++)
        {
            var answer = line.IsTooLong ? AskTellConversation.TooLong(number, limit) : conversation.Answer(line.Bytes, number);
            if (answer is null) continue;
            output.Write(Encoding.ASCII.GetBytes(answer + "\n"));
            output.Flush();
        }
    }
}
