using System.Collections.Immutable;
using LabAutomation.Conformance;
using LabAutomation.Protocol;

namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>Messages to a driver host that are wrong in their headers, their payload or their topic.</summary>
internal sealed class RudeCaller(string clientId, InstrumentTopics topics, SampleCommand good, Random random)
{
    private static readonly string[] ForeignTopics = ["x", "lab/1/site/pump/state", "lab/1/interlock/trip", "lab/1/clients/rude", "lab/1/clients/rude/replies"];
    private static readonly string[] Tokens = ["x", "-1", "1e3", "", "99999999999999999999"];
    private static readonly string[] Verbs = ["cancel", "abort", "clear", "lock", "unlock", "reconcile"];

    private readonly string _session = $"{random.Next()}";
    private int _number;

    public BadFrames Frames { get; } = new(random);

    /// <summary>A message, and the action that is refused by an answer; null where an event has to tell.</summary>
    public (BusMessage Message, ActionId? Answered) Next()
    {
        var action = ActionId.Derive(_session, 0, "rude", ++_number, 1);
        var right = Command(action, good.Arguments, DateTimeOffset.UtcNow.AddYears(1));
        switch (random.Next(20))
        {
            case 0: return (right with { CorrelationData = new byte[random.Next(2) == 0 ? 15 : random.Next(17, 300)] }, null);
            case 1: return (right with { CorrelationData = ReadOnlyMemory<byte>.Empty }, null);
            case 2: return (right with { ResponseTopic = random.Next(3) == 0 ? null : ForeignTopics[random.Next(ForeignTopics.Length)] }, null);
            case 3: return (right with { ExpirySeconds = null }, null);
            case 4: return (right with { Properties = random.Next(2) == 0 ? right.Properties.Remove(CommandMessage.VersionKey) : right.Properties.SetItem(CommandMessage.VersionKey, "2") }, null);
            case 5: return (right with { Properties = random.Next(2) == 0 ? right.Properties.Remove(CommandMessage.SourceKey) : right.Properties.SetItem(CommandMessage.SourceKey, "") }, null);
            case 6: return (right with { Properties = right.Properties.SetItem(CommandMessage.LockTokenKey, Tokens[random.Next(Tokens.Length)]) }, null);
            case 7: return (right with { Retain = true }, null);
            case 8: return (BusMessage.Of(topics.Control(Verbs[random.Next(3)]), new ControlFrame(ActionId.Derive(_session, 0, "nobody", _number, 1), "rude", "why not", DateTimeOffset.UtcNow)) with { Topic = topics.Control("cancel") }, null);
            case 9: return (BusMessage.Of(topics.Control(random.Next(2) == 0 ? "hold" : "detonate"), new ControlFrame(null, "rude", "why not", DateTimeOffset.UtcNow)), null);
            case 10: return (new BusMessage(topics.Control(Verbs[random.Next(3)]), Frames.Of(new ControlFrame(action, "rude", "why not", DateTimeOffset.UtcNow))), null);
            case 11: return (new BusMessage(topics.Control(random.Next(2) == 0 ? "lock" : "unlock"), Frames.Of(new LockFrame("rude", "why not", 10, null, DateTimeOffset.UtcNow))), null);
            case 12: return (new BusMessage(topics.Control("reconcile"), Frames.Of(new ReconcileFrame(action, Finding.Happened, "rude", "why not", DateTimeOffset.UtcNow))), null);
            case 13: return (new BusMessage($"lab/1/{topics.Site}/{topics.Instrument}/exec/{Junk()}/ack", ReadOnlyMemory<byte>.Empty), null);
            case 14: return (Command(action, good.Arguments.SetItem(good.Arguments.Keys.First(), Quantity.Of(random.Next(2) == 0 ? -1e9 : 1e300, "mL")), DateTimeOffset.UtcNow.AddYears(1)), action);
            case 15: return (Command(action, good.Arguments.SetItem(good.Arguments.Keys.First(), Quantity.Of(1, "kg")), DateTimeOffset.UtcNow.AddYears(1)), action);
            case 16: return (Command(action, good.Arguments, DateTimeOffset.UnixEpoch), action);
            case 17: return (right with { Topic = topics.Command($"no-such-{random.Next(100)}") }, action);
            default: return (right with { Payload = Frames.Of(new CommandFrame(good.Arguments, DateTimeOffset.UtcNow.AddYears(1))) }, null);
        }
    }

    public BusMessage Command(ActionId action, ImmutableSortedDictionary<string, Quantity> arguments, DateTimeOffset deadline) =>
        new CommandMessage(action, good.Command, new CommandFrame(arguments, deadline), Topics.Replies(clientId), clientId, null, null).ToBusMessage(topics, 3600);

    private string Junk() => new([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)random.Next('0', 'z')).Where(c => c is not ('+' or '#' or '/')).DefaultIfEmpty('x')]);
}
