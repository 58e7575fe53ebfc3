namespace Akka.Configuration;

public class ConfigurationFactory
{
    private ConfigurationFactory()
    {
    }

    /// <summary>Settings from HOCON: keys with dots or nested in braces, = or :, values, [ ] and comments from # or // on.</summary>
    /// <exception cref="ConfigurationException">The text is no such HOCON; the message names the line.</exception>
    public static Config ParseString(string hocon)
    {
        ArgumentNullException.ThrowIfNull(hocon);
        return new Config(new HoconText(hocon).Read());
    }
}
