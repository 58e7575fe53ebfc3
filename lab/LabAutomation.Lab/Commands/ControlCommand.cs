using System.CommandLine;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab hold</c>, <c>lab unhold</c> and <c>lab clear</c>: a person speaks to one instrument.</summary>
internal static class ControlCommand
{
    /// <summary>What the broker has stored comes within this time.</summary>
    private static readonly TimeSpan StoredWithin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    public static Command Hold(Terminal terminal) => Create(terminal, "hold", "Brings the action that runs on an instrument to rest, until 'lab unhold'", "comes to rest and stays there until 'lab unhold'");

    public static Command Unhold(Terminal terminal) => Create(terminal, "unhold", "Lets a held action go on, for what is left of it", "goes on");

    public static Command Clear(Terminal terminal) => Create(terminal, "clear", "Asks an aborted instrument once more and lets it take commands again", "is asked once more, and takes commands where nothing is wrong any more");

    private static Command Create(Terminal terminal, string verb, string description, string done)
    {
        var (why, broker) = (OperatorLink.Why(), OperatorLink.Broker());
        var name = new Argument<string>("instrument") { Description = "As 'lab instruments' calls it; SITE/NAME where the broker knows more than one of the name", HelpName = "INSTRUMENT" };
        var by = new Option<string>("--by") { Description = "Who asks; the user of this machine unless given", HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName };
        var command = new Command(verb, description) { name, why, by, broker };
        command.SetAction((parsed, cancellation) =>
        {
            var (meant, who, reason) = (parsed.GetValue(name)!, OperatorLink.Text(parsed, by), OperatorLink.Text(parsed, why));
            return OperatorLink.UseAsync(parsed.GetValue(broker)!, $"the {verb} did not reach the broker", ExitCode.Broker, terminal, async (bus, handOver) =>
            {
                if (await FindAsync(bus, meant, handOver) is not { } topics) return Fail(terminal, $"no instrument '{meant}' is known to this broker");
                try
                {
                    var reply = await new ControlCaller(bus).AskAsync(topics, verb, new ControlFrame(null, who, reason, TimeProvider.System.GetUtcNow()), AnswerWithin, handOver);
                    if (!reply.Done) return Fail(terminal, $"{topics.Instrument}: {reply.Message}");
                }
                catch (Exception error) when (error is TimeoutException or FrameException)
                {
                    return Fail(terminal, $"{topics.Instrument} did not answer: {error.Message}");
                }

                terminal.Out.WriteLine($"{topics.Instrument} {done}");
                return ExitCode.Success;
            }, cancellation);
        });
        return command;
    }

    private static ExitCode Fail(Terminal terminal, string why)
    {
        terminal.Error.WriteLine($"lab: {why}");
        return ExitCode.Instrument;
    }

    /// <summary>Null where no instrument of that name has a birth on the broker.</summary>
    /// <exception cref="UsageException">Several have.</exception>
    private static async Task<InstrumentTopics?> FindAsync(ILabBus bus, string meant, CancellationToken cancellation)
    {
        var found = new SortedDictionary<string, InstrumentTopics>(StringComparer.Ordinal);
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await bus.SubscribeAsync(Topics.EveryBirth, message =>
        {
            if (message.Payload.IsEmpty || !Topics.TrySplit(message.Topic, out var site, out var instrument, out _)) return;
            if (meant != instrument && meant != $"{site}/{instrument}") return;
            lock (found) found[site] = Topics.Of(site, instrument);
            first.TrySetResult();
        }, cancellation);
        await Task.WhenAny(first.Task, Task.Delay(StoredWithin, TimeProvider.System, cancellation));

        // Another site may have one of the same name, which is sent right after.
        await Task.Delay(StoredWithin / 10, TimeProvider.System, cancellation);
        lock (found)
        {
            return found.Count <= 1
                ? found.Values.FirstOrDefault()
                : throw new UsageException($"'{meant}' can be {string.Join(", ", found.Keys.Select(site => $"{site}/{meant}"))}");
        }
    }
}
