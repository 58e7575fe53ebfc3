namespace Akka.Configuration;

/// <summary>Settings of an actor system, by their full keys.</summary>
public class Config
{
    internal Config(IReadOnlyDictionary<string, string> settings) => Settings = settings;

    internal IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>
    /// Accepts what makes the official package do what this one does: no logger of its own, nothing on the console, log events for the
    /// subscribers of the event stream, actors attached in the context of whoever makes them.
    /// </summary>
    /// <exception cref="ConfigurationException">There is another key, or a value that this subset could not honour.</exception>
    internal void Check()
    {
        foreach (var (key, value) in Settings)
        {
            string[] accepted = key switch
            {
                "akka.loggers" => ["[]"],
                "akka.stdout-loglevel" => ["OFF"],
                "akka.loglevel" => ["OFF", "ERROR", "WARNING"],
                "akka.log-dead-letters" => ["off", "false", "0"],
                "akka.log-dead-letters-during-shutdown" => ["off", "false"],

                // Here nobody but the caller attaches an actor, and that is in the caller's context anyway.
                "akka.actor.internal-dispatcher.type" => ["Dispatcher"],
                "akka.actor.internal-dispatcher.executor" => ["current-context-executor"],
                "akka.actor.internal-dispatcher.throughput" => ["10"],
                _ => throw new ConfigurationException($"The setting {key} is not known here; known are akka.loggers, akka.stdout-loglevel, "
                    + "akka.loglevel, akka.log-dead-letters, akka.log-dead-letters-during-shutdown and type, executor and throughput of akka.actor.internal-dispatcher."),
            };
            if (!accepted.Contains(value, StringComparer.OrdinalIgnoreCase))
                throw new ConfigurationException($"The setting {key} cannot be {value} here; it can be {string.Join(" or ", accepted)}.");
        }
    }
}
