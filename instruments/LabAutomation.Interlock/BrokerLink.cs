using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>How the safety programs reach the broker: their own lines and account, independent of the lab's configuration.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="ClientId">The client's name on the broker; also the user name where none is given.</param>
/// <param name="User">Null uses <paramref name="ClientId"/>.</param>
/// <param name="PasswordFile">A file with the password in its first line, relative to the configuration file; null where the broker asks for none.</param>
/// <param name="Tls">Whether the link is encrypted and the broker's certificate checked.</param>
public sealed record BrokerLink(string Host, int Port, string ClientId, string? User = null, string? PasswordFile = null, bool Tls = false)
{
    /// <summary>A dead link is noticed after one and a half of these.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(2);

    /// <param name="folder">What a relative path of the password file is relative to.</param>
    /// <exception cref="InterlockException">A value is out of its range, or the password file cannot be read.</exception>
    public MqttLabBusOptions ToOptions(string folder)
    {
        if (Host.Length == 0) throw new InterlockException("broker.host names the broker's machine");
        if (Port is < 1 or > 65535) throw new InterlockException($"broker.port is 1 to 65535, not {Port}");
        if (!Topics.IsName(ClientId)) throw new InterlockException($"broker.clientId is one to 64 letters, digits, '-', '_' or '.', not '{ClientId}'");
        var password = PasswordFile is null ? null : ReadPassword(Path.Combine(folder, PasswordFile));
        return new MqttLabBusOptions
        {
            Host = Host,
            Port = Port,
            ClientId = ClientId,
            UserName = password is null ? User : User ?? ClientId,
            Password = password,
            UseTls = Tls,
            KeepAlive = KeepAlive,
        };
    }

    private static string ReadPassword(string path)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault() is { Length: > 0 } password ? password : throw new InterlockException($"the password file '{path}' is empty");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InterlockException($"the password file '{path}' cannot be read: {error.Message}", error);
        }
    }
}
