using Akka.Actor;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Desk;

/// <summary>Where persons reach the agents of a lab that runs: hears controls on the bus and answers each that wants an answer.</summary>
/// <param name="bus">Of the agents; started before.</param>
internal sealed class LabDesk(ILabBus bus, string site, Laboratory lab)
{
    /// <returns>Why nobody can come to it, where the broker does not let the agents hear them; null otherwise.</returns>
    public async Task<string?> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            await bus.SubscribeAsync(Topics.Of(site, Topics.Desk).EveryControl, message => _ = HearAsync(message), cancellation);
            return null;
        }
        catch (BusRefusedException error)
        {
            return error.Message;
        }
    }

    private async Task HearAsync(BusMessage message)
    {
        var verb = message.Topic[(message.Topic.LastIndexOf('/') + 1)..];
        var (done, words) = await AnswerAsync(verb, message);
        if (message.ResponseTopic is not { } topic) return;
        try
        {
            await bus.PublishAsync(BusMessage.Of(topic, new ControlReply(verb, done, words, lab.Clock.GetUtcNow())) with { CorrelationData = message.CorrelationData }, CancellationToken.None);
        }
        catch (BusRefusedException)
        {
            // Whoever asked does not want to hear it where answers may go.
        }
    }

    private async Task<(bool Done, string Words)> AnswerAsync(string verb, BusMessage message)
    {
        try
        {
            switch (verb)
            {
                case StockOrder.Verb:
                    var order = FrameCodec.Decode<StockOrder>(message.Payload);
                    if (string.IsNullOrWhiteSpace(order.By)) return (false, "whoever refills says a name");
                    var reply = await lab.RefillAsync(order.Consumable, order.Amount, order.By, order.Counted, CancellationToken.None);
                    return (reply.Done, reply.Words);
                case QueueOrder.Verb:
                    var answer = await lab.QueueAsync(FrameCodec.Decode<QueueOrder>(message.Payload), CancellationToken.None);
                    return (answer.Done, answer.Words);
                default:
                    return (false, $"the desk does not know '{verb}'; it knows {StockOrder.Verb} and {QueueOrder.Verb}");
            }
        }
        catch (FrameException error)
        {
            return (false, error.Message);
        }
        catch (LabException error)
        {
            return (false, error.Message);
        }
        catch (LedgerException error)
        {
            return (false, $"it cannot be put on record, and was not done: {error.Message}");
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException or AskTimeoutException)
        {
            return (false, "the lab is busy, or is about to end, and did not answer");
        }
    }
}
