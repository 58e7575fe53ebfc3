namespace LabAutomation.Protocol;

/// <summary>An option of a link to a broker is wrong. The message begins with the option's name.</summary>
/// <param name="option">Below the section of the link, such as <c>Tls:CaFile</c>.</param>
public sealed class BrokerLinkException(string option, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Option { get; } = option;
}
