using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>A file that says how a person's stop reaches the broker: the options of <see cref="BrokerLinkOptions"/> as JSON.</summary>
public static class LinkFile
{
    /// <param name="path">Files that it names are found from its folder.</param>
    /// <param name="client">What <see cref="BrokerLinkOptions.Client"/> stands for; null where nothing should.</param>
    /// <exception cref="InterlockException">It cannot be read or used.</exception>
    public static MqttLabBusOptions Open(string path, string? client = null)
    {
        try
        {
            var link = StrictJson.Read<BrokerLinkOptions>(File.ReadAllBytes(path)).From(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return (client is null ? link : link.For(client)).Open();
        }
        catch (BrokerLinkException error)
        {
            throw new InterlockException($"'{path}': {error.Option}: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InterlockException)
        {
            throw new InterlockException($"'{path}' does not tell how to reach the broker: {error.Message}", error);
        }
    }
}
