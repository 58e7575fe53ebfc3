using System.Security.Cryptography;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// The last holds, unholds and clears that were carried out. A bus delivers at least once, and a copy may come late: it must not end a stop or a hold
/// that was made since, so it gets the answer that it had. Two of one person differ in their time.
/// </summary>
internal sealed class RepeatedControls
{
    private const int Most = 100;

    private readonly Queue<(string Control, ControlReply Reply)> _done = new();

    /// <returns>Null where it was not carried out before.</returns>
    public ControlReply? AnswerTo(string verb, BusMessage message)
    {
        var control = Key(verb, message);
        return _done.FirstOrDefault(done => done.Control == control).Reply;
    }

    public void Remember(string verb, BusMessage message, ControlReply reply)
    {
        if (!reply.Done || verb is not ("hold" or "unhold" or "clear") || AnswerTo(verb, message) is not null) return;
        if (_done.Count == Most) _done.Dequeue();
        _done.Enqueue((Key(verb, message), reply));
    }

    private static string Key(string verb, BusMessage message) =>
        $"{verb} {Convert.ToHexString(SHA256.HashData(message.Payload.Span))} {Convert.ToHexString(message.CorrelationData.Span)}";
}
