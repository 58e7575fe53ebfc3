using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Hosting;

/// <summary>What the actors log goes where everything else is logged.</summary>
internal sealed class ActorLog : ReceiveActor
{
    private const string Nowhere = "akka { loggers = [], stdout-loglevel = OFF, loglevel = WARNING, log-dead-letters = off }";

    /// <summary>Of an actor system that logs nowhere else: the terminal belongs to the live table.</summary>
    public static Config Alone { get; } = ConfigurationFactory.ParseString(Nowhere);

    /// <summary>The same, where Akka's own actors, who attach and end all others, have their turns in the synchronization context in which the system is made.</summary>
    public static Config AloneInContext { get; } = ConfigurationFactory.ParseString(
        $"{Nowhere}\nakka.actor.internal-dispatcher {{ type = Dispatcher, executor = current-context-executor, throughput = 10 }}");

    public ActorLog(ILogger log)
    {
        Receive<Error>(error =>
        {
            log.LogError("{Source}: {Message}", error.LogSource, FirstLine(error.Cause?.Message ?? error.Message.ToString()));
            log.LogDebug(error.Cause, "{Source}", error.LogSource);
        });
        Receive<Warning>(warning => log.LogWarning("{Source}: {Message}", warning.LogSource, warning.Message));
        Receive<Info>(info => log.LogInformation("{Source}: {Message}", info.LogSource, info.Message));
        Receive<Debug>(debug => log.LogDebug("{Source}: {Message}", debug.LogSource, debug.Message));
    }

    private static string FirstLine(string? text) => text?.Split('\n', 2)[0].Trim() ?? "";

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(LogEvent));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);
}
