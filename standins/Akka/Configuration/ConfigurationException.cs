using Akka.Actor;

namespace Akka.Configuration;

/// <summary>An actor's props name something that is not configured, or that cannot work where it is asked for.</summary>
public class ConfigurationException : AkkaException
{
    internal ConfigurationException(string message)
        : base(message)
    {
    }

    internal ConfigurationException(string message, Exception exception)
        : base(message, exception)
    {
    }
}
