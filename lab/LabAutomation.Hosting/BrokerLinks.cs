using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>One description of a link, used by several clients of one program.</summary>
internal static class BrokerLinks
{
    /// <exception cref="LabException">An option is missing or wrong, or a file cannot be used.</exception>
    public static MqttLabBusOptions ForClient(this BrokerLinkOptions link, string client, BusMessage? will = null)
    {
        try
        {
            return link.For(client).Open(will);
        }
        catch (BrokerLinkException error)
        {
            throw new LabException(LabFault.Configuration, $"configuration: {BrokerOptions.Section}:{error.Message}", error);
        }
    }

    /// <summary>Reads everything that the clients will need, so that a mistake is told before anything moves.</summary>
    /// <exception cref="LabException">An option is missing or wrong, or two clients would go by one name.</exception>
    public static void Check(this BrokerLinkOptions link, IEnumerable<string> clients)
    {
        var names = clients.Select(client => link.ForClient(client).ClientId).ToArray();
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } same)
        {
            throw new LabException(LabFault.Configuration,
                $"configuration: Broker:ClientId: {same.Count()} clients of this program would all be '{same.Key}' and turn each other out; write {BrokerLinkOptions.Client} into Broker:ClientId or Broker:UserName");
        }
    }
}
