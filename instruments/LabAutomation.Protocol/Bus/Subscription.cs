using Microsoft.Extensions.Logging;

namespace LabAutomation.Protocol;

/// <summary>A filter, who wants its messages, and whether the broker ever granted it.</summary>
internal sealed class Subscription(string filter, Action<BusMessage> handler)
{
    private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Filter => filter;

    public Task Granted => _granted.Task;

    /// <summary>Asks for the messages over a link. A link that breaks meanwhile leaves the question open for the next one.</summary>
    /// <exception cref="BusRefusedException">It was granted before. Over such a link its owner would be deaf and not know it.</exception>
    public async Task AskAsync(MqttLink link)
    {
        try
        {
            await link.SubscribeAsync(filter);
            _granted.TrySetResult();
        }
        catch (BusRefusedException refusal)
        {
            if (!_granted.TrySetException(refusal)) throw;
        }
        catch (Exception error) when (MqttLabBus.IsOfTheLink(error))
        {
            link.Dispose();
        }
        catch (Exception error)
        {
            _granted.TrySetException(error);
        }
    }

    public void Abandon() => _granted.TrySetException(new ObjectDisposedException(nameof(MqttLabBus)));

    public void Deliver(BusMessage message, ILogger log)
    {
        if (!TopicFilter.Matches(filter, message.Topic)) return;
        try
        {
            handler(message);
        }
        catch (Exception error)
        {
            log.LogError(error, "A handler of {Filter} failed on a message on {Topic}", filter, message.Topic);
        }
    }
}
