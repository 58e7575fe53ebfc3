using System.CommandLine;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab hold</c>, <c>lab unhold</c> and <c>lab clear</c>: a person speaks to one instrument.</summary>
internal static class ControlCommand
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    public static Command Hold(Terminal terminal) => Create(terminal, "hold", "Brings the action that runs on an instrument to rest, until 'lab unhold'", "comes to rest and stays there until 'lab unhold'");

    public static Command Unhold(Terminal terminal) => Create(terminal, "unhold", "Lets a held action go on, for what is left of it", "goes on");

    /// <summary>What stopped an instrument may be a trip, which only a person takes back who is named.</summary>
    public static Command Clear(Terminal terminal) => Create(terminal, "clear", "Asks an aborted instrument once more and lets it take commands again", "is asked once more, and takes commands where nothing is wrong any more");

    private static Command Create(Terminal terminal, string verb, string description, string done)
    {
        var (why, broker) = (OperatorLink.Why(), OperatorLink.Broker());
        var (name, by) = (OperatorLink.Instrument(), verb == "clear" ? OperatorLink.NamedBy("Who has looked") : OperatorLink.By("Who asks"));
        var command = new Command(verb, description) { name, why, by, broker };
        command.SetAction((parsed, cancellation) =>
        {
            var (meant, who, reason) = (parsed.GetValue(name)!, OperatorLink.Text(parsed, by), OperatorLink.Text(parsed, why));
            return OperatorLink.UseAsync(parsed.GetValue(broker)!, $"the {verb} did not reach the broker", ExitCode.Broker, terminal, async (bus, handOver) =>
            {
                if (await KnownInstruments.FindAsync(bus, meant, handOver) is not { } topics) return Fail(terminal, KnownInstruments.Unknown(meant));
                if (await AskAsync(bus, topics, verb, new ControlFrame(null, who, reason, TimeProvider.System.GetUtcNow()), handOver) is { Trouble: { } trouble }) return Fail(terminal, trouble);
                terminal.Out.WriteLine($"{topics.Instrument} {done}");
                return ExitCode.Success;
            }, cancellation);
        });
        return command;
    }

    /// <returns>Why it was not done, or null; and what the instrument says of what was done beside that it was.</returns>
    public static async Task<(string? Trouble, string? Remark)> AskAsync<T>(ILabBus bus, InstrumentTopics topics, string verb, T frame, CancellationToken cancellation)
    {
        try
        {
            var reply = await new ControlCaller(bus).AskAsync(topics, verb, frame, AnswerWithin, cancellation);
            var words = $"{topics.Instrument}: {reply.Message}";
            return reply.Done ? (null, reply.Message == ControlReply.Plain ? null : words) : (words, null);
        }
        catch (Exception error) when (error is TimeoutException or FrameException)
        {
            return ($"{topics.Instrument} did not answer: {error.Message}", null);
        }
    }

    public static ExitCode Fail(Terminal terminal, string why, ExitCode code = ExitCode.Instrument)
    {
        terminal.Error.WriteLine($"lab: {why}");
        return code;
    }
}
