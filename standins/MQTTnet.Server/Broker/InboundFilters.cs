using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>What a client subscribes to and unsubscribes from.</summary>
internal sealed class InboundFilters(Broker broker, ClientConnection connection)
{
    private sealed record Verdict(MqttSubscribeReasonCode Code, bool Process, MqttTopicFilter Filter, string? Reason, bool Close)
    {
        public static Verdict Refusal(MqttSubscribeReasonCode code, MqttTopicFilter filter, string? reason = null) => new(code, false, filter, reason, false);
    }

    public async Task SubscribeAsync(SubscribePacket packet)
    {
        var identifier = packet.Properties.SubscriptionIdentifiers is [var one] ? one : 0;
        var codes = new byte[packet.Filters.Count];
        var granted = new List<MqttTopicFilter>();
        string? reason = null;
        for (var i = 0; i < codes.Length; i++)
        {
            var answer = await AskAsync(packet.Filters[i], packet.Properties.UserProperties);
            if (answer.Close)
            {
                connection.Close(new DisconnectPacket { ReasonCode = MqttDisconnectReasonCode.UnspecifiedError });
                return;
            }

            codes[i] = (byte)answer.Code;
            reason ??= answer.Reason;
            if (!answer.Process || answer.Code > MqttSubscribeReasonCode.GrantedQoS2) continue;

            codes[i] = (byte)broker.Subscribe(connection.Session, answer.Filter, identifier);
            if (codes[i] <= (byte)MqttSubscribeReasonCode.GrantedQoS2) granted.Add(answer.Filter);
        }

        Answer(new FilterAckPacket(MqttControlPacketType.SubAck, packet.PacketId) { ReasonCodes = codes, Properties = Reasons(reason) }, granted.Count > 0);
        connection.Touch([connection.Session]);
        await InformSubscribedAsync(granted);
    }

    public async Task UnsubscribeAsync(UnsubscribePacket packet)
    {
        var codes = new byte[packet.Filters.Count];
        var removed = new List<string>();
        string? reason = null;
        for (var i = 0; i < codes.Length; i++)
        {
            var arguments = new InterceptingUnsubscriptionEventArgs(
                connection.Session.ClientId, connection.UserName, connection.Session.Items, packet.Filters[i], packet.Properties.UserProperties, connection.Closing);
            await AskAsync(arguments);
            reason ??= arguments.Response.ReasonString;
            codes[i] = (byte)arguments.Response.ReasonCode;
            if (arguments.CloseConnection)
            {
                connection.Close(new DisconnectPacket { ReasonCode = MqttDisconnectReasonCode.UnspecifiedError });
                return;
            }

            if (!arguments.ProcessUnsubscription || codes[i] >= 0x80) continue;

            if (broker.Unsubscribe(connection.Session, packet.Filters[i])) removed.Add(packet.Filters[i]);
            else codes[i] = (byte)MqttUnsubscribeReasonCode.NoSubscriptionExisted;
        }

        Answer(new FilterAckPacket(MqttControlPacketType.UnsubAck, packet.PacketId) { ReasonCodes = codes, Properties = Reasons(reason) }, removed.Count > 0);
        foreach (var filter in removed)
        {
            var arguments = new ClientUnsubscribedTopicEventArgs(connection.Session.ClientId, connection.UserName, filter, connection.Session.Items);
            await ServerEvents.InformAsync(broker.Events.ClientUnsubscribed, arguments);
        }
    }

    private void Answer(FilterAckPacket packet, bool hasChanged)
    {
        if (hasChanged) connection.Promise(packet);
        else connection.Answer(packet);
    }

    private PacketProperties Reasons(string? reason) =>
        reason is not null && connection.WantsReasons ? new PacketProperties { ReasonString = reason } : PacketProperties.None;

    private async Task<Verdict> AskAsync(MqttTopicFilter filter, List<MqttUserProperty>? userProperties)
    {
        if (!MqttTopicFilterComparer.IsFilter(filter.Topic))
            return Verdict.Refusal(MqttSubscribeReasonCode.TopicFilterInvalid, filter, "A wildcard must fill its level.");
        if (ServerLimits.IsTooDeep(filter.Topic)) return Verdict.Refusal(MqttSubscribeReasonCode.TopicFilterInvalid, filter, "The filter has too many levels.");
        if (Subscription.IsShared(filter.Topic))
        {
            if (!Subscription.IsWellShared(filter.Topic)) return Verdict.Refusal(MqttSubscribeReasonCode.TopicFilterInvalid, filter, "A shared filter is $share/NAME/FILTER.");
            if (filter.NoLocal) throw MalformedPacketException.Protocol("A shared subscription cannot have No Local.");
        }

        if (broker.Log is { IsFailing: true }) return Verdict.Refusal(MqttSubscribeReasonCode.QuotaExceeded, filter, "The server cannot write to its disk.");

        var session = connection.Session;
        var arguments = new InterceptingSubscriptionEventArgs(
            session.ClientId, connection.UserName, new MqttSessionStatus(session), filter, userProperties, connection.Closing);
        arguments.Response.ReasonCode = (MqttSubscribeReasonCode)filter.QualityOfServiceLevel;
        try
        {
            await broker.Events.InterceptingSubscription.RaiseAsync(arguments);
        }
        catch (Exception)
        {
            // An interceptor guards the topics: where it fails, nothing passes.
            return Verdict.Refusal(MqttSubscribeReasonCode.UnspecifiedError, filter);
        }

        var code = arguments.Response.ReasonCode;
        var answer = Granted(arguments.TopicFilter ?? filter, code);
        return new Verdict(code, arguments.ProcessSubscription, answer, arguments.ReasonString ?? arguments.Response.ReasonString, arguments.CloseConnection);
    }

    private async Task AskAsync(InterceptingUnsubscriptionEventArgs arguments)
    {
        try
        {
            await broker.Events.InterceptingUnsubscription.RaiseAsync(arguments);
        }
        catch (Exception)
        {
            arguments.Response.ReasonCode = MqttUnsubscribeReasonCode.UnspecifiedError;
        }
    }

    private static MqttTopicFilter Granted(MqttTopicFilter filter, MqttSubscribeReasonCode code) =>
        code > MqttSubscribeReasonCode.GrantedQoS2 || (int)code == (int)filter.QualityOfServiceLevel
            ? filter
            : new MqttTopicFilter
            {
                Topic = filter.Topic,
                QualityOfServiceLevel = (MqttQualityOfServiceLevel)code,
                NoLocal = filter.NoLocal,
                RetainAsPublished = filter.RetainAsPublished,
                RetainHandling = filter.RetainHandling,
            };

    private async Task InformSubscribedAsync(List<MqttTopicFilter> granted)
    {
        foreach (var filter in granted)
        {
            var arguments = new ClientSubscribedTopicEventArgs(connection.Session.ClientId, connection.UserName, filter, connection.Session.Items);
            await ServerEvents.InformAsync(broker.Events.ClientSubscribed, arguments);
        }
    }
}
