using System.Collections.Immutable;

namespace LabAutomation.Protocol;

/// <summary>What one client may do on the bus. Whatever no filter names is denied; clearing what is retained counts as publishing, unless <see cref="Clear"/> names it.</summary>
/// <param name="Publish">Filters of the topics it may publish on.</param>
/// <param name="Subscribe">Filters it may subscribe to, or to anything within them.</param>
public sealed record BrokerAccess(ImmutableArray<string> Publish, ImmutableArray<string> Subscribe)
{
    private static readonly ImmutableArray<string> ToldByInstruments =
        [Topics.EveryBirth, Topics.EveryLiveness, Topics.EveryState, Topics.EveryProperty, Topics.EveryEvent];

    public static readonly BrokerAccess None = new([], []);

    public static readonly BrokerAccess Everything = new(["#"], ["#"]);

    /// <summary>Filters of topics whose retained message it may take away, and on which it may publish nothing else.</summary>
    public ImmutableArray<string> Clear { get; init; } = [];

    /// <param name="clears">Whether the message is retained and empty, which takes away what is stored.</param>
    public bool MayPublish(string topic, bool clears = false) =>
        Publish.Any(filter => TopicFilter.Matches(filter, topic)) || (clears && Clear.Any(filter => TopicFilter.Matches(filter, topic)));

    public bool MaySubscribe(string filter) => Subscribe.Any(outer => TopicFilter.IsWithin(filter, outer));

    /// <summary>A driver speaks for its one instrument, answers any client on its reply topic, and reads only what is addressed to it, and who else speaks for its instrument.</summary>
    public static BrokerAccess ForDriver(string site, string instrument, string clientId)
    {
        var topics = Topics.Of(site, instrument);
        var stem = $"{Topics.Root}/{site}/{instrument}";
        return new BrokerAccess(
            [
                topics.Birth, topics.Liveness, topics.State, topics.Event, $"{stem}/prop/+",
                $"{stem}/exec/+/status", $"{stem}/exec/+/result", $"{stem}/exec/+/data/+", $"{Topics.Root}/clients/+/reply/#",
            ],
            [topics.Birth, topics.Liveness, topics.Event, topics.EveryCommand, topics.EveryControl, topics.EveryAcknowledgement, Topics.InterlockTrip, Topics.InterlockHeartbeat, $"{Topics.Replies(clientId)}/#"]);
    }

    /// <summary>The agents command every instrument of their site and abort each, but neither trip the interlock nor take a trip back, which one topic serves; they read all that instruments tell but no one else's replies, and answer whoever comes to their desk.</summary>
    public static BrokerAccess ForAgents(string site, string clientId)
    {
        var every = $"{Topics.Root}/{Topics.Site(site)}/+";
        return new BrokerAccess(
            [$"{every}/cmd/+", $"{every}/ctl/+", $"{every}/exec/+/ack", ControlCaller.EveryReply],
            [.. ToldByInstruments, $"{every}/exec/#", Topics.Of(site, Topics.Desk).EveryControl, Topics.InterlockTrip, Topics.InterlockHeartbeat, $"{Topics.Replies(clientId)}/#"]);
    }

    /// <summary>The interlock speaks on its own topics, asks the drivers of its site on their events whether they are there, and reads what the instruments of every site tell.</summary>
    public static BrokerAccess ForInterlock(string site, string clientId) =>
        new([$"{Topics.Root}/interlock/#", $"{Topics.Root}/{Topics.Site(site)}/+/event"], [.. ToldByInstruments, $"{Topics.Root}/interlock/#", $"{Topics.Replies(clientId)}/#"]);

    /// <summary>A person may trip the interlock and take a trip back, reach the controls of their site and take away what is stored of its instruments, but command nothing.</summary>
    public static BrokerAccess ForOperator(string site, string clientId)
    {
        var every = $"{Topics.Root}/{Topics.Site(site)}/+";
        return new(
            [Topics.InterlockTrip, $"{every}/ctl/+"],
            [.. ToldByInstruments, $"{Topics.Root}/interlock/#", $"{Topics.Replies(clientId)}/#"])
        {
            Clear = [$"{every}/birth", $"{every}/liveness", $"{every}/state", $"{every}/prop/+"],
        };
    }
}
